import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";

/**
 * A port that nobody listens at. It is none of those that the kernel gives to connections, one of which could take it before
 * the test listens there, and of files that run at once each begins elsewhere.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await listenedAt(PORTS > 0 ? FIRST_PORT + (turn++ % PORTS) : 0);
    if (port !== undefined) return port;
  }
}

const FIRST_PORT = 12_000;
const FIRST_OF_CONNECTIONS = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s/)[0]);
const PORTS = FIRST_OF_CONNECTIONS - FIRST_PORT;
const PORTS_OF_A_FILE = 100;
let turn = process.pid * PORTS_OF_A_FILE;

/** The port, after listening there for a moment; undefined when somebody does already. */
async function listenedAt(wanted: number): Promise<number | undefined> {
  const server = createServer();
  const port = await new Promise<number | undefined>((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(wanted, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as it came. */
  readonly bytes: Buffer;
}

/** Runs a program to its end. */
export async function runProgram(argv: [string, ...string[]], options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {}): Promise<RunResult> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { env: options.env ?? process.env, cwd: options.cwd, stdio: ["pipe", "pipe", "pipe"] });
  const [out, err]: [Uint8Array[], Uint8Array[]] = [[], []];
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.on("data", (chunk) => err.push(chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), bytes: Buffer.concat(out) }));
  });
}

/** Kills a child and waits until it is gone. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

/** The ports of this machine that a process has a connection to. */
export function connectedPorts(pid: number): readonly number[] {
  const sockets = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => socketInode(`/proc/${pid}/fd/${fd}`)));
  const connections = ["tcp", "tcp6"].flatMap((family) => readFileSync(`/proc/${pid}/net/${family}`, "utf8").split("\n").slice(1));
  return connections.flatMap((line) => {
    const [, , remote = "", state, , , , , , inode = ""] = line.trim().split(/\s+/);
    return state === ESTABLISHED && sockets.has(inode) ? [Number.parseInt(remote.split(":")[1] ?? "", 16)] : [];
  });
}

const ESTABLISHED = "01";

function socketInode(link: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1];
  } catch {
    return undefined;
  }
}
