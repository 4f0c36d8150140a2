// Runs Remora and kills it, as kill -9 does, just before the Nth step that changes a file: killed-at-step.ts N ARGS...
// With REMORA_TEST_CHANGE=FROM:TO it goes on, and the file FROM takes the place of TO at that step.
import { readFileSync, renameSync } from "node:fs";
import { chokidarFollower } from "../../src/follow/chokidar-follower.ts";
import type { Files, OpenFile } from "../../src/core/ports.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { systemNetwork } from "../../src/platform/network.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { systemSpawner } from "../../src/platform/spawner.ts";

const [limit, ...args] = process.argv.slice(2);
let steps = 0;

function step(): void {
  steps += 1;
  if (steps !== Number(limit)) return;
  const change = process.env["REMORA_TEST_CHANGE"]?.split(":");
  if (change === undefined) process.kill(process.pid, "SIGKILL");
  else renameSync(String(change[0]), String(change[1]));
}

function stepping(file: OpenFile): OpenFile {
  const counted = <A extends unknown[]>(act: (...given: A) => Promise<void>) => (...given: A) => (step(), act(...given));
  return { write: counted(file.write), truncate: counted(file.truncate), chmod: counted(file.chmod), chown: counted(file.chown), sync: counted(file.sync), close: file.close, [Symbol.asyncDispose]: file[Symbol.asyncDispose] };
}

const files: Files = {
  ...systemFiles,
  create: async (...given) => (step(), stepping(await systemFiles.create(...given))),
  openExisting: async (...given) => (step(), stepping(await systemFiles.openExisting(...given))),
  rename: (...given) => (step(), systemFiles.rename(...given)),
  link: (...given) => (step(), systemFiles.link(...given)),
  symlink: (...given) => (step(), systemFiles.symlink(...given)),
  remove: (...given) => (step(), systemFiles.remove(...given)),
  makeDirectory: (...given) => (step(), systemFiles.makeDirectory(...given)),
  syncDirectory: (...given) => (step(), systemFiles.syncDirectory(...given)),
  chmod: (...given) => (step(), systemFiles.chmod(...given)),
  chown: (...given) => (step(), systemFiles.chown(...given)),
};

process.exitCode = await runCli({
  args,
  env: process.env,
  cwd: process.cwd(),
  version: "0.0.0-test",
  uid: process.geteuid?.() ?? 0,
  hostname: "host",
  pid: process.pid,
  openServiceManager: () => Promise.reject(new Error("There is no service manager")),
  stdout: { write: (text) => void process.stdout.write(text), writeBytes: (bytes) => void process.stdout.write(bytes), isTerminal: false, colour: false },
  stderr: { write: (text) => void process.stderr.write(text), writeBytes: (bytes) => void process.stderr.write(bytes), isTerminal: false, colour: false },
  existsNow: () => false,
  readStdin: async () => new Uint8Array(),
  readFileNow: (path) => readFileSync(path, "utf8"),
  hash: sha256,
  ports: {
    clock: systemClock,
    files,
    random: systemRandom,
    spawner: { spawn: (options) => (step(), systemSpawner.spawn(options)), startApp: systemSpawner.startApp, adoptOrphans: systemSpawner.adoptOrphans, signal: systemSpawner.signal },
    follower: chokidarFollower({ clock: systemClock, files: systemFiles }),
    network: systemNetwork,
  },
  onSignal(name, handler) {
    process.on(name, handler);
    return () => void process.off(name, handler);
  },
});
