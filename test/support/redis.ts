import { type ChildProcess, spawn } from "node:child_process";
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";
import { freePort, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** A real Redis that keeps nothing on disk, on a port of the kernel's choice. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Looks into it beside whoever is tested. */
  readonly client: Redis;
  /** Where it speaks TLS, when that was asked for. */
  readonly tlsPort: number;
  start(): Promise<void>;
  kill(): Promise<void>;
}

export interface RedisSettings {
  readonly password?: string;
  /** Speaks TLS too, to clients with a certificate of the same authority. */
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  /** Listens on this path too. */
  readonly socket?: string;
}

export async function startRedis({ password, tls, socket }: RedisSettings = {}): Promise<RedisServer> {
  const directory = await tempDir();
  const [port, tlsPort] = [await freePort(), await freePort()];
  const client = new Redis({ port, host: "127.0.0.1", lazyConnect: true, retryStrategy: () => 50, ...(password !== undefined && { password }) });
  client.on("error", () => {});
  const settings: Readonly<Record<string, string>> = {
    port: String(port),
    bind: "127.0.0.1",
    dir: directory.path,
    save: "",
    appendonly: "no",
    ...(password !== undefined && { requirepass: password }),
    ...(tls && { "tls-port": String(tlsPort), "tls-ca-cert-file": tls.caFile, "tls-cert-file": tls.certFile, "tls-key-file": tls.keyFile }),
    ...(socket !== undefined && { unixsocket: socket }),
  };
  const parameters = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  let child: ChildProcess | undefined;
  const start = async () => {
    const running = spawn(requireProgram("redis-server"), parameters, { stdio: "ignore" });
    child = running;
    await eventually(
      async () => {
        if (running.exitCode !== null) return;
        const answering = /process_id:(\d+)/.exec(await client.info("server"))?.[1];
        if (answering !== String(running.pid)) throw new Error("another Redis answers");
      },
      { within: 10_000, every: 20 },
    );
    if (running.exitCode !== null) throw new Error("Redis did not start");
  };
  const kill = async () => void (child && (await stopProcess(child, "SIGKILL")));
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    client,
    tlsPort,
    start,
    kill,
    async [Symbol.asyncDispose]() {
      client.disconnect();
      await kill();
      await directory[Symbol.asyncDispose]();
    },
  };
}
