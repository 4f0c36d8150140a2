import { type ChildProcess, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { eventually } from "./eventually.ts";
import { freePort, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** A real ZooKeeper of one server, on a port of the kernel's choice. */
export interface Zookeeper extends AsyncDisposable {
  readonly port: number;
  readonly server: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Throws away what it holds; while it is stopped. */
  wipe(): Promise<void>;
}

const START_LIMIT_MS = 30_000;

export async function startZookeeper(): Promise<Zookeeper> {
  requireProgram("zkServer.sh");
  const directory = await tempDir();
  const port = await freePort();
  const settings = { tickTime: 200, dataDir: directory.join("data"), clientPort: port, clientPortAddress: "127.0.0.1", minSessionTimeout: 400, maxSessionTimeout: 60_000, "admin.enableServer": false, "4lw.commands.whitelist": "*" };
  const file = await directory.write("zoo.cfg", Object.entries(settings).map(([key, value]) => `${key}=${value}\n`).join(""));
  let child: ChildProcess | undefined;
  const start = async () => {
    // It lives for seconds: to compile it well, or to collect its garbage by several threads, costs more than it saves.
    const running = spawn("java", ["-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/usr/share/java/zookeeper.jar", "org.apache.zookeeper.server.quorum.QuorumPeerMain", file], { stdio: "ignore" });
    child = running;
    await eventually(
      async () => {
        if (running.exitCode !== null) return;
        // Its own data directory says that it is not another one.
        if (!(await say(port, "conf")).includes(directory.path)) throw new Error("another server answers");
      },
      { within: START_LIMIT_MS, every: 50 },
    );
    if (running.exitCode !== null) throw new Error("ZooKeeper did not start");
  };
  const kill = async () => void (child && (await stopProcess(child, "SIGKILL")));
  await start();
  return {
    port,
    server: `127.0.0.1:${port}`,
    start,
    kill,
    wipe: () => rm(directory.join("data"), { recursive: true, force: true }),
    async [Symbol.asyncDispose]() {
      await kill();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** What it answers to one of its words of four letters. */
function say(port: number, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(word));
    socket.on("data", (chunk) => (said += chunk));
    socket.on("error", reject);
    // One that is starting may accept and say nothing.
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("close", () => resolve(said));
  });
}
