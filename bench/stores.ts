import { spawn } from "node:child_process";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { eventually } from "../test/support/eventually.ts";
import { freePort, stopProcess } from "../test/support/process.ts";
import { requireProgram } from "../test/support/requires.ts";
import { tempDir } from "../test/support/temp.ts";
import type { StoreName } from "./contenders.ts";

const PUTS_AT_ONCE = 16;

/** A server of the benchmark's own, emptied by starting it. */
export interface BenchStore extends AsyncDisposable {
  readonly name: StoreName;
  /** Where contenders read. */
  readonly url: string;
  put(key: string, value: string): Promise<void>;
  /** How many read requests it has answered so far; those that only wait for a change count when they are asked. */
  reads(): Promise<number>;
}

export async function openStore(name: StoreName): Promise<BenchStore> {
  return name === "etcd" ? openEtcd() : openConsul();
}

/** Puts keys /bench/key0 and so on. */
export async function fill(store: BenchStore, count: number, valueOf: (key: string) => string = () => "a value of some length"): Promise<void> {
  const keys = Array.from({ length: count }, (_, index) => `/bench/key${index}`);
  while (keys.length > 0) await Promise.all(keys.splice(0, PUTS_AT_ONCE).map((key) => store.put(key, valueOf(key))));
}

async function openEtcd(): Promise<BenchStore> {
  const data = await tempDir();
  const [url, peers] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const urls = ["--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", `default=${peers}`];
  const server = spawn(requireProgram("etcd"), ["--data-dir", join(data.path, "etcd"), ...urls], { stdio: "ignore" });
  await eventually(async () => fetchText(`${url}/health`), { within: 20_000 });
  const encode = (text: string) => Buffer.from(text).toString("base64");
  return {
    name: "etcd",
    url,
    put: async (key, value) => void (await fetchText(`${url}/v3/kv/put`, { method: "POST", body: JSON.stringify({ key: encode(key), value: encode(value) }) })),
    reads: async () => countReads(await fetchText(`${url}/metrics`)),
    async [Symbol.asyncDispose]() {
      await stopProcess(server);
      await data[Symbol.asyncDispose]();
    },
  };
}

/** The requests for keys among etcd's own figures: ranges, and the transactions that confd reads by. */
function countReads(metrics: string): number {
  const lines = metrics.matchAll(/^grpc_server_started_total\{grpc_method="(?:Range|Txn)",grpc_service="etcdserverpb\.KV"[^}]*\} (\S+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function openConsul(): Promise<BenchStore> {
  const ports = { http: await freePort(), server: await freePort(), serf: await freePort(), wan: await freePort() };
  const flags = ["-http-port", ports.http, "-server-port", ports.server, "-serf-lan-port", ports.serf, "-serf-wan-port", ports.wan, "-dns-port", -1, "-grpc-port", -1].map(String);
  const server = spawn(requireProgram("consul"), ["agent", "-dev", "-bind", "127.0.0.1", ...flags], { stdio: "ignore" });
  const direct = `http://127.0.0.1:${ports.http}`;
  await eventually(async () => fetchText(`${direct}/v1/kv/ready`, { method: "PUT", body: "" }), { within: 20_000, every: 100 });
  const proxy = await countingProxy(ports.http);
  return {
    name: "consul",
    url: proxy.url,
    put: async (key, value) => void (await fetchText(`${direct}/v1/kv${key}`, { method: "PUT", body: value })),
    reads: async () => proxy.count(),
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await stopProcess(server, "SIGKILL");
    },
  };
}

/** Passes requests on and counts those for keys; Consul itself does not tell them apart. */
async function countingProxy(port: number): Promise<{ url: string; count: () => number; close: () => Promise<void> }> {
  let count = 0;
  const server = createServer((incoming, answer) => {
    if (incoming.method === "GET" && incoming.url?.startsWith("/v1/kv/")) count += 1;
    const outgoing = request({ port, host: "127.0.0.1", method: incoming.method, path: incoming.url, headers: incoming.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    answer.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count, close };
}

async function fetchText(url: string, options?: RequestInit): Promise<string> {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.text();
}
