import { setMaxListeners } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { chokidarFollower } from "./follow/chokidar-follower.ts";
import { runCli } from "./cli/run-cli.ts";
import type { Terminal } from "./cli/command.ts";
import { bytesToText } from "./core/text.ts";
import { systemClock } from "./platform/clock.ts";
import { systemFiles } from "./platform/files.ts";
import { sha256 } from "./platform/hash.ts";
import { systemNetwork } from "./platform/network.ts";
import { systemRandom } from "./platform/random.ts";
import { openServiceManager } from "./platform/service-manager.ts";
import { systemSpawner } from "./platform/spawner.ts";

declare const __REMORA_VERSION__: string | undefined;

// Everything that waits listens to the one stop signal; Node takes more than ten listeners for a leak, and says so on stderr.
setMaxListeners(0);

const status = await runCli({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  uid: process.geteuid?.() ?? 0,
  hostname: hostname(),
  version: typeof __REMORA_VERSION__ === "string" ? __REMORA_VERSION__ : "0.0.0-dev",
  stdout: terminal(process.stdout),
  stderr: terminal(process.stderr),
  readStdin,
  readFileNow,
  existsNow: existsSync,
  hash: sha256,
  ports: { clock: systemClock, files: systemFiles, random: systemRandom, spawner: systemSpawner, follower: chokidarFollower({ clock: systemClock, files: systemFiles }), network: systemNetwork },
  pid: process.pid,
  openServiceManager,
  onSignal(name, callback) {
    process.on(name, callback);
    return () => process.off(name, callback);
  },
});
// A command may leave a connection or a watcher behind that nobody waits for; what was printed is on its way out first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(status)));

function terminal(stream: NodeJS.WriteStream): Terminal {
  const isTerminal = stream.isTTY === true;
  // A reader that went away ("remora keys | head") is no failure.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return { write: (text) => void stream.write(text), writeBytes: (bytes) => void stream.write(bytes), isTerminal, colour: isTerminal && !process.env.NO_COLOR };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function readFileNow(path: string): string | undefined {
  try {
    return bytesToText(readFileSync(path));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
