import { type ChildProcess, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { type ConsulOptions, consulBackend } from "../../src/backends/consul.ts";
import type { Backend, BackendPorts } from "../../src/core/backend.ts";
import type { Value } from "../../src/core/entry.ts";
import { createMask } from "../../src/log/mask.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { eventually } from "./eventually.ts";
import { memoryLog } from "./ports.ts";
import { freePort, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

export interface ConsulSettings {
  /** Denies what no token allows. */
  readonly acl?: boolean;
  /** Keeps its data when it is killed and started again; one that does not is ready in half a second instead of two. */
  readonly keeps?: boolean;
  /** What its datacenter is called; it finds the other one over a WAN. */
  readonly datacenter?: { readonly name: string; readonly beside?: Consul };
  /** Serves HTTPS beside HTTP, to clients with a certificate of the same authority. */
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
}

/** A service as the agent's API takes it. */
export interface ConsulService {
  readonly ID: string;
  readonly Name: string;
  readonly [property: string]: unknown;
}

/** A real Consul server on ports of the kernel's choice, with a data directory of its own. */
export interface Consul extends AsyncDisposable {
  readonly port: number;
  /** Where other datacenters find it. */
  readonly wanPort: number;
  readonly url: string;
  readonly httpsUrl: string;
  /** May do everything; empty without ACL. */
  readonly token: string;
  put(key: string, value: Value): Promise<void>;
  /** Puts many, a few at once: Consul refuses more than 200 connections from one address. */
  putMany(keys: readonly string[], value: string): Promise<void>;
  delete(key: string): Promise<void>;
  register(service: ConsulService): Promise<void>;
  deregister(id: string): Promise<void>;
  setCheck(id: string, status: "pass" | "warn" | "fail"): Promise<void>;
  /** Makes a token with the rules of a policy. */
  makeToken(rules: string): Promise<string>;
  /** Deletes a token; answers how to make it again as it was. */
  takeToken(secret: string): Promise<() => Promise<void>>;
  /** Saves all that it holds. */
  saveSnapshot(): Promise<Uint8Array<ArrayBuffer>>;
  restoreSnapshot(snapshot: Uint8Array<ArrayBuffer>): Promise<void>;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Stops it, throws its data away and starts it anew. */
  wipe(): Promise<void>;
}

/** Starts a Consul of one server, and waits until it takes keys. */
export async function startConsul({ acl = false, keeps = false, tls, datacenter }: ConsulSettings = {}): Promise<Consul> {
  const directory = await tempDir();
  const [http, https, server, serf, wan] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
  const dataDir = directory.join("data");
  const config = {
    node_name: `test-${http}`,
    data_dir: dataDir,
    server: true,
    bootstrap_expect: 1,
    bind_addr: "127.0.0.1",
    ports: { http, https: tls === undefined ? -1 : https, server, serf_lan: serf, serf_wan: datacenter === undefined ? -1 : wan, dns: -1, grpc: -1 },
    performance: { raft_multiplier: 1 },
    disable_update_check: true,
    // Those that keep no data would else serve what tests do not use.
    connect: { enabled: false },
    disable_coordinates: true,
    ...(acl && { acl: { enabled: true, default_policy: "deny" } }),
    ...(datacenter && { datacenter: datacenter.name, ...(datacenter.beside && { retry_join_wan: [`127.0.0.1:${datacenter.beside.wanPort}`] }) }),
    ...(tls && { ca_file: tls.caFile, cert_file: tls.certFile, key_file: tls.keyFile, verify_incoming_https: true }),
  };
  const configFile = await directory.write("consul.json", JSON.stringify(config));
  const url = `http://127.0.0.1:${http}`;
  let [child, token]: [ChildProcess | undefined, string] = [undefined, ""];

  const call = async (method: string, path: string, body?: string | Uint8Array<ArrayBuffer>) => {
    const answer = await fetch(`${url}/v1/${path}`, { method, headers: token === "" ? {} : { "x-consul-token": token }, ...(body === undefined ? {} : { body }) });
    if (!answer.ok) throw new Error(`Consul answered ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const put = async (key: string, value: Value) => void (await call("PUT", `kv${key.split("/").map(encodeURIComponent).join("/")}`, typeof value === "string" ? value : Uint8Array.from(value)));
  const start = async () => {
    child = spawnAgent(configFile, keeps);
    const running = child;
    await eventually(
      async () => {
        if (running.exitCode !== null) return;
        if (acl && token === "") token = ((await (await call("PUT", "acl/bootstrap")).json()) as { SecretID: string }).SecretID;
        await call("PUT", "kv/ready", "yes");
        // The agent's own node joins the catalog a moment after the first key is taken.
        const nodes = (await (await call("GET", "catalog/nodes")).json()) as { Node: string }[];
        if (nodes[0]?.Node !== config.node_name) throw new Error(`another Consul answers at ${url}`);
      },
      { within: START_LIMIT_MS, every: 50 },
    );
    if (running.exitCode !== null) throw new Error("Consul did not start");
  };
  const kill = async () => void (child && (await stopProcess(child, "SIGKILL")));

  await start();
  return {
    port: http,
    wanPort: wan,
    url,
    httpsUrl: `https://127.0.0.1:${https}`,
    get token() {
      return token;
    },
    put,
    async putMany(keys, value) {
      const rest = keys.values();
      const work = async () => {
        for (const key of rest) await put(key, value);
      };
      await Promise.all(Array.from({ length: WRITERS }, work));
    },
    delete: async (key) => void (await call("DELETE", `kv${key}`)),
    register: async (service) => void (await call("PUT", "agent/service/register", JSON.stringify(service))),
    deregister: async (id) => void (await call("PUT", `agent/service/deregister/${id}`)),
    setCheck: async (id, status) => void (await call("PUT", `agent/check/${status}/service:${id}`)),
    async makeToken(rules) {
      const name = `policy-${await freePort()}`;
      await call("PUT", "acl/policy", JSON.stringify({ Name: name, Rules: rules }));
      return ((await (await call("PUT", "acl/token", JSON.stringify({ Policies: [{ Name: name }] }))).json()) as { SecretID: string }).SecretID;
    },
    async takeToken(secret) {
      const answer = await fetch(`${url}/v1/acl/token/self`, { headers: { "x-consul-token": secret } });
      const { AccessorID, SecretID, Policies } = (await answer.json()) as { AccessorID: string; SecretID: string; Policies: { ID: string }[] };
      await call("DELETE", `acl/token/${AccessorID}`);
      return async () => void (await call("PUT", "acl/token", JSON.stringify({ AccessorID, SecretID, Policies: Policies.map(({ ID }) => ({ ID })) })));
    },
    saveSnapshot: async () => new Uint8Array(await (await call("GET", "snapshot")).arrayBuffer()),
    restoreSnapshot: async (snapshot) => void (await call("PUT", "snapshot", snapshot)),
    async start() {
      if (!keeps) throw new Error("This Consul has lost its data: start it with { keeps: true }, or wipe() it");
      await start();
    },
    kill,
    async wipe() {
      await kill();
      await rm(dataDir, { recursive: true, force: true });
      token = "";
      await start();
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Opens the backend on an address. */
export function openConsul(address: string, options: Partial<ConsulOptions> = {}): Promise<Backend> {
  const follower: BackendPorts["follower"] = { follow: () => { throw new Error("The Consul backend follows no files"); } };
  return consulBackend.open({ address, ...options }, { clock: systemClock, files: systemFiles, random: systemRandom, log: memoryLog(), follower, mask: createMask(), env: {} });
}

const START_LIMIT_MS = 20_000;
const WRITERS = 16;

function spawnAgent(configFile: string, keeps: boolean): ChildProcess {
  // What "-dev" changes beside the data directory are the times in which a server elects itself.
  return spawn(requireProgram("consul"), ["agent", ...(keeps ? [] : ["-dev"]), `-config-file=${configFile}`], { stdio: "ignore" });
}
