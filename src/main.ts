import type { Terminal } from "./cli/command.ts";
import { calledAs } from "./cli/called-as.ts";
import { asksForOverview, overview } from "./cli/overview.ts";
import { openOutput } from "./platform/output.ts";

declare const __REMORA_VERSION__: string | undefined;

const args = [...calledAs([process.argv0, process.argv[1]]), ...process.argv.slice(2)];
// What the commands need takes most of a start: whoever asks what there is does not wait for it.
const status = asksForOverview(args) ? await printOverview() : await run();
// A command may leave a connection or a watcher behind that nobody waits for.
process.exit(status);

async function printOverview(): Promise<number> {
  (await terminal(1)).write(overview());
  return 0;
}

async function run(): Promise<number> {
  const [{ chokidarFollower }, { machine }, { runCli }] = await Promise.all([import("./follow/chokidar-follower.ts"), import("./platform/machine.ts"), import("./cli/run-cli.ts")]);
  const { allowManyListeners, ports, hostname, ...rest } = machine;
  allowManyListeners();
  // The package that speaks to Redis would print what it sends, passwords too, for whoever set this for the app.
  const env = { ...process.env };
  delete process.env["DEBUG"];
  return runCli({
    ...rest,
    args,
    env,
    cwd: process.cwd(),
    uid: process.geteuid?.() ?? 0,
    pid: process.pid,
    hostname: hostname(),
    version: typeof __REMORA_VERSION__ === "string" ? __REMORA_VERSION__ : "0.0.0-dev",
    stdout: await terminal(1),
    stderr: await terminal(2),
    readStdin,
    ports: { ...ports, follower: chokidarFollower(ports) },
    onSignal(name, callback) {
      process.on(name, callback);
      return () => process.off(name, callback);
    },
  });
}

async function terminal(descriptor: 1 | 2): Promise<Terminal> {
  const { write, goOn, isTerminal } = await openOutput(descriptor);
  return { write: (text) => write(Buffer.from(text)), writeBytes: write, goOn, isTerminal, colour: isTerminal && !process.env.NO_COLOR };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
