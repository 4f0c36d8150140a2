import { type ChildProcess, spawn } from "node:child_process";
import { request } from "node:http";
import { chmod, copyFile, mkdir, readdir, rmdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { eventually } from "./eventually.ts";
import { type RunResult, runProgram, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** A real Docker engine in a network, a process table and a data directory of its own. */
export interface DockerEngine extends AsyncDisposable {
  /** "unix:///.../docker.sock". */
  readonly host: string;
  readonly socketPath: string;
  /** A process in its namespaces, for nsenter. */
  readonly pid: number;
  /** Starts a container of the image and answers its id; the words before the command are those of the engine's API. */
  run(name: string, config?: ContainerConfig): Promise<string>;
  /** Asks its API; throws what it complained of. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Runs a program where the engine runs. */
  inside(...argv: [string, ...string[]]): Promise<RunResult>;
  /** Ends the engine; what runs in it goes on only when it was started to restore it. */
  stop(signal?: "TERM" | "KILL"): Promise<void>;
  start(): Promise<void>;
  /** Holds it as it is, so that it takes connections and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** As the API takes it, with some words that tests say often. */
export interface ContainerConfig {
  readonly Image?: string;
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly StopSignal?: string;
  readonly Healthcheck?: object;
  readonly HostConfig?: object;
  readonly NetworkingConfig?: object;
}

/** Its only image holds busybox, exposes port 80, and answers SIGTERM by ending. */
export const IMAGE = "test/busybox:1";
/** For images of more than a few files: each container has only what it changes. */
export const OVERLAY = ["--storage-driver=overlay2"];
const START_LIMIT_MS = 30_000;
const PROGRAMS = ["sh", "sleep", "cat", "test", "touch", "rm", "httpd"];

/** Starts an engine; needs the rights of root and to make control groups. */
export async function startDocker({ flags = [] }: { readonly flags?: readonly string[] } = {}): Promise<DockerEngine> {
  const directory = await tempDir();
  const socketPath = directory.join("docker.sock");
  const pidFile = directory.join("pid");
  const group = `remora-${directory.path.split("-").at(-1)}`;
  const host = await enclosure();
  let engine: ChildProcess | undefined;

  const enter: [string, ...string[]] = ["nsenter", "-t", String(host.pid), "-n", "-m", "-p"];
  const inside = (...argv: [string, ...string[]]) => runProgram([...enter, ...argv]);
  const call = (method: string, path: string, body?: unknown) => ask(socketPath, method, path, body === undefined ? undefined : { type: "application/json", bytes: Buffer.from(JSON.stringify(body)) });
  const start = async () => {
    const where = ["--data-root", directory.join("data"), "--exec-root", directory.join("exec"), "--pidfile", pidFile, "-H", `unix://${socketPath}`];
    const driver = flags.some((flag) => flag.startsWith("--storage-driver")) ? [] : ["--storage-driver=vfs"];
    const cheap = [...driver, `--cgroup-parent=${group}`, "--shutdown-timeout=1"];
    let said = "";
    engine = spawn(enter[0], [...enter.slice(1), requireProgram("dockerd"), ...where, ...cheap, ...flags], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin:/usr/bin:/bin` } });
    engine.stderr?.on("data", (chunk) => void (said = (said + chunk).slice(-4_000)));
    const failed = new Promise<never>((_, reject) => {
      engine?.once("error", reject);
      engine?.once("exit", () => reject(new Error(`The Docker engine did not start; it needs root, a kernel with bridges and iptables, and control groups:\n${said}`)));
    });
    failed.catch(() => {});
    await Promise.race([failed, eventually(() => call("GET", "/_ping"), { within: START_LIMIT_MS, every: 50 })]);
  };
  const tell = async (signal: string) => {
    // nsenter stands between: it passes no signal on, and stops itself when the engine is stopped.
    await inside("sh", "-c", `kill -${signal} $(cat ${pidFile})`);
    if (signal !== "STOP") engine?.kill("SIGCONT");
  };
  const stop = async (signal: "TERM" | "KILL" = "TERM") => {
    if (engine === undefined || engine.exitCode !== null || engine.signalCode !== null) return;
    const gone = new Promise((resolve) => engine?.once("exit", resolve));
    await tell(signal);
    await gone;
  };
  const dispose = async () => {
    await stop("KILL");
    await host.end();
    await removeGroups(group);
    await directory[Symbol.asyncDispose]();
  };

  try {
    await start();
    await ask(socketPath, "POST", `/images/create?fromSrc=-&repo=test/busybox&tag=1${["EXPOSE 80/tcp", `CMD ["sh", "-c", ${JSON.stringify(OBEDIENT)}]`].map((change) => `&changes=${encodeURIComponent(change)}`).join("")}`, { type: "application/x-tar", bytes: await rootOf(directory.join("root")) });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    host: `unix://${socketPath}`,
    socketPath,
    pid: host.pid,
    call,
    inside,
    start,
    stop,
    freeze: () => tell("STOP"),
    thaw: () => tell("CONT"),
    async run(name, config = {}) {
      const { Id } = (await call("POST", `/containers/create?name=${name}`, { Image: IMAGE, ...config })) as { Id: string };
      await call("POST", `/containers/${Id}/start`);
      return Id;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** A first process ignores signals that it does not handle: this one ends at SIGTERM, and at once. */
export const OBEDIENT = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";

/** Own namespaces, held by a process that ends with the test, and everything in them with it. */
async function enclosure(): Promise<{ readonly pid: number; end(): Promise<void> }> {
  const holder = spawn("unshare", ["-n", "-m", "-p", "--fork", "--kill-child", "--mount-proc", "sh", "-c", "ip link set lo up; echo ready; cat; exit 0"], { stdio: ["pipe", "pipe", "inherit"] });
  holder.stdin.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    holder.once("error", reject);
    holder.once("exit", () => reject(new Error("This test needs namespaces of its own: run it as root, with util-linux and iproute2")));
    createInterface({ input: holder.stdout }).once("line", () => resolve());
  });
  // The shell is the child of unshare, and the first process of its table.
  const { stdout } = await runProgram(["cat", `/proc/${holder.pid}/task/${holder.pid}/children`]);
  return { pid: Number(stdout.trim()), end: () => stopProcess(holder, "SIGKILL") };
}

/** An archive of a root directory with busybox alone. */
async function rootOf(root: string): Promise<Buffer> {
  await mkdir(`${root}/bin`, { recursive: true });
  await mkdir(`${root}/tmp`);
  await copyFile(requireProgram("busybox"), `${root}/bin/busybox`);
  await chmod(`${root}/bin/busybox`, 0o755);
  const { code, bytes, stderr } = await runProgram(["sh", "-c", `cd "$0/bin" && for name in ${PROGRAMS.join(" ")}; do ln -s busybox $name; done && tar -C "$0" -c .`, root]);
  if (code !== 0) throw new Error(`Cannot make an image: ${stderr}`);
  return bytes;
}

function ask(socketPath: string, method: string, path: string, content?: { readonly type: string; readonly bytes: Buffer }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers: content === undefined ? {} : { "content-type": content.type, "content-length": content.bytes.length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if ((response.statusCode ?? 500) >= 400) return reject(new Error(`The engine answered ${method} ${path}: ${text}`));
        resolve(/json/.test(response.headers["content-type"] ?? "") && text.startsWith("{") && !text.includes("}\n{") && !text.includes("}\r\n{") ? JSON.parse(text) : text);
      });
    });
    sent.on("error", reject);
    sent.end(content?.bytes);
  });
}

/** The kernel keeps the control groups of what was killed, where there is a folder for each kind as well as where there is one for all. */
async function removeGroups(name: string): Promise<void> {
  const roots = (await readdir("/sys/fs/cgroup").catch(() => [])).map((kind) => `/sys/fs/cgroup/${kind}/${name}`);
  for (const path of [`/sys/fs/cgroup/${name}`, ...roots]) await eventually(() => removeTree(path), { within: 3_000 }).catch(() => {});
}

async function removeTree(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(`${path}/${entry.name}`);
  await rmdir(path);
}
