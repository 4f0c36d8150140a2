import { type ChildProcess, spawn } from "node:child_process";
import { Etcd3 } from "etcd3";
import type { Backend, BackendPorts } from "../../src/core/backend.ts";
import { etcdBackend, type EtcdOptions } from "../../src/backends/etcd.ts";
import { createMask } from "../../src/log/mask.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { memoryLog } from "./ports.ts";
import { freePort, type RunResult, runProgram, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { type TempDir, tempDir } from "./temp.ts";

export interface EtcdSettings {
  /** Flags beside those for ports, names and the data directory. */
  readonly flags?: readonly string[];
  /** Serves TLS and wants client certificates of the same authority; the host is what clients dial. */
  readonly tls?: { readonly host: string; readonly caFile: string; readonly certFile: string; readonly keyFile: string };
}

/** One etcd process with a data directory of its own. */
export interface EtcdMember {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it without ending it: its connections stay and carry nothing. */
  pause(): void;
}

/** A real etcd on ports of the kernel's choice. */
export interface Etcd extends EtcdMember, AsyncDisposable {
  readonly directory: TempDir;
  /** Runs etcdctl and answers what it printed; throws what it complained of. */
  ctl(...args: string[]): Promise<string>;
  put(key: string, value: string | Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** Writes all pairs in one transaction. */
  putTogether(pairs: Readonly<Record<string, string>>): Promise<void>;
  /** Writes one key after another, each at a revision of its own. */
  putMany(keys: readonly string[], value: string): Promise<void>;
  /** Forgets all revisions before the newest; answers it. */
  compact(): Promise<number>;
  /** Stops it, throws its data away and starts it anew. */
  wipe(): Promise<void>;
  /** Saves its data to a file. */
  saveSnapshot(): Promise<string>;
  /** Stops it, and starts it on the data of the file, as the same cluster. */
  restoreSnapshot(file: string): Promise<void>;
  /** A number that it tells of itself, the sum over all labels. */
  metric(name: string): Promise<number>;
}

/** Starts an etcd of one member, without waiting for more than its own word that it serves. */
export async function startEtcd(settings: EtcdSettings = {}): Promise<Etcd> {
  const directory = await tempDir();
  const member = await plan("one", directory, settings);
  const peers = `${member.name}=${member.peerUrl}`;
  await member.startIn(peers);
  return serve(member, peers, directory, settings);
}

/** Starts a cluster of three. The first one serves the helpers. */
export async function startCluster(): Promise<{ readonly members: readonly EtcdMember[]; readonly first: Etcd } & AsyncDisposable> {
  const directory = await tempDir();
  const planned = await Promise.all(["one", "two", "three"].map((name) => plan(name, directory, {})));
  const peers = planned.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(",");
  await Promise.all(planned.map((member) => member.startIn(peers)));
  const members = planned.map((member) => ({ url: member.url, port: member.port, start: () => member.startIn(peers), kill: member.kill, pause: member.pause }));
  return {
    members,
    first: serve(planned[0] as Planned, peers, directory, {}),
    async [Symbol.asyncDispose]() {
      await Promise.all(planned.map(({ kill }) => kill("SIGKILL")));
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Opens the backend on some endpoints, with a log in memory. */
export async function openEtcd(endpoints: readonly string[], options: Partial<EtcdOptions> = {}): Promise<{ readonly backend: Backend; readonly log: ReturnType<typeof memoryLog> } & AsyncDisposable> {
  const log = memoryLog();
  const follower: BackendPorts["follower"] = { follow: () => { throw new Error("The etcd backend follows no files"); } };
  const backend = await etcdBackend.open({ endpoints, ...options }, { clock: systemClock, files: systemFiles, random: systemRandom, log, follower, mask: createMask(), env: {} });
  return { backend, log, [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose]() };
}

interface Planned {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly peerUrl: string;
  readonly dataDir: string;
  startIn(peers: string): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  pause(): void;
}

async function plan(name: string, directory: TempDir, { flags = [], tls }: EtcdSettings): Promise<Planned> {
  const [port, peerPort] = [await freePort(), await freePort()];
  const scheme = tls === undefined ? "http" : "https";
  const [url, peerUrl, dataDir] = [`${scheme}://${tls?.host ?? "127.0.0.1"}:${port}`, `http://127.0.0.1:${peerPort}`, directory.join(name)];
  const tlsFlags = tls === undefined ? [] : ["--client-cert-auth", `--trusted-ca-file=${tls.caFile}`, `--cert-file=${tls.certFile}`, `--key-file=${tls.keyFile}`];
  let child: ChildProcess | undefined;
  return {
    name,
    url,
    port,
    peerUrl,
    dataDir,
    async startIn(peers) {
      const args = [`--name=${name}`, `--data-dir=${dataDir}`, `--listen-client-urls=${scheme}://127.0.0.1:${port}`, `--advertise-client-urls=${url}`, `--listen-peer-urls=${peerUrl}`];
      const cluster = [`--initial-advertise-peer-urls=${peerUrl}`, `--initial-cluster=${peers}`, `--initial-cluster-token=${directory.path}`];
      child = await ready(spawn(requireProgram("etcd"), [...args, ...cluster, "--logger=zap", ...tlsFlags, ...flags], { stdio: ["ignore", "ignore", "pipe"] }));
    },
    kill: async (signal = "SIGKILL") => void (child && (await stopProcess(child, signal))),
    pause: () => void child?.kill("SIGSTOP"),
  };
}

/** Waits for the process's own word: it stops when another one holds its port, so whoever answers there is it. */
function ready(child: ChildProcess): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
    child.stderr?.on("data", (chunk) => {
      if (said === "ready") return;
      said += chunk;
      if (!said.includes("serving client traffic")) return;
      said = "ready";
      clearTimeout(timer);
      resolve(child);
    });
    child.once("error", reject);
    child.once("exit", () => {
      clearTimeout(timer);
      reject(new Error(`etcd did not start:\n${said.slice(-2_000)}`));
    });
  });
}

function serve(member: Planned, peers: string, directory: TempDir, { tls }: EtcdSettings): Etcd {
  const ctl = async (...args: string[]) => {
    const certificates = tls === undefined ? [] : [`--cacert=${tls.caFile}`, `--cert=${tls.certFile}`, `--key=${tls.keyFile}`];
    // On a busy machine its own five seconds may be too few.
    const result: RunResult = await runProgram([requireProgram("etcdctl"), `--endpoints=${member.url}`, "--command-timeout=15s", ...certificates, ...args], { env: { ...process.env, ETCDCTL_API: "3" } });
    if (result.code !== 0) throw new Error(`etcdctl ${args.join(" ")}: ${result.stderr}`);
    return result.stdout;
  };
  const gateway = async (path: string, body: unknown): Promise<{ header: { revision: string } }> => {
    const answer = await fetch(`${member.url}/v3/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${path}: ${await answer.text()}`);
    return (await answer.json()) as { header: { revision: string } };
  };
  // Of many keys the gateway's JSON costs etcd three times as much as the call itself.
  const calling = async (act: (client: Etcd3) => Promise<void>) => {
    const client = new Etcd3({ hosts: member.url });
    try {
      await act(client);
    } finally {
      client.close();
    }
  };
  const restart = async (prepare: () => Promise<void>) => {
    await member.kill("SIGKILL");
    await runProgram(["rm", "-rf", member.dataDir]);
    await prepare();
    await member.startIn(peers);
  };

  return {
    url: member.url,
    port: member.port,
    directory,
    ctl,
    start: () => member.startIn(peers),
    kill: member.kill,
    pause: member.pause,
    put: async (key, value) => void (await gateway("kv/put", { key: base64(key), value: base64(value) })),
    delete: async (key) => void (await gateway("kv/deleterange", { key: base64(key) })),
    putTogether: (pairs) =>
      calling(async ({ kv }) => {
        await kv.txn({ compare: [], failure: [], success: Object.entries(pairs).map(([key, value]) => ({ request_put: { key: Buffer.from(key), value: Buffer.from(value) } })) });
      }),
    putMany: (keys, value) =>
      calling(async ({ kv }) => {
        let next = 0;
        const work = async () => {
          for (let index = next++; index < keys.length; index = next++) await kv.put({ key: Buffer.from(keys[index] as string), value: Buffer.from(value) });
        };
        await Promise.all(Array.from({ length: WRITERS }, work));
      }),
    async compact() {
      const revision = Number((await gateway("kv/range", { key: base64("x") })).header.revision);
      await gateway("kv/compaction", { revision: String(revision), physical: true });
      return revision;
    },
    wipe: () => restart(async () => {}),
    async saveSnapshot() {
      const file = directory.join(`snapshot-${await freePort()}`);
      await ctl("snapshot", "save", file);
      return file;
    },
    restoreSnapshot: (file) =>
      restart(async () => {
        const cluster = [`--initial-advertise-peer-urls=${member.peerUrl}`, `--initial-cluster=${peers}`, `--initial-cluster-token=${directory.path}`];
        await ctl("snapshot", "restore", file, `--name=${member.name}`, `--data-dir=${member.dataDir}`, ...cluster);
      }),
    async metric(name) {
      const text = await (await fetch(`${member.url}/metrics`)).text();
      return text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`)).reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    async [Symbol.asyncDispose]() {
      await member.kill("SIGKILL");
      await directory[Symbol.asyncDispose]();
    },
  };
}

function base64(value: string | Uint8Array): string {
  return Buffer.from(value).toString("base64");
}

const START_LIMIT_MS = 20_000;
const WRITERS = 64;
