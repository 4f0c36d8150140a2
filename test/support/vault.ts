import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type VaultOptions, vaultBackend } from "../../src/backends/vault.ts";
import type { Backend, BackendPorts } from "../../src/core/backend.ts";
import { toKey } from "../../src/core/key.ts";
import { eventually } from "./eventually.ts";
import { realPorts } from "./ports.ts";
import { freePort, stopProcess } from "./process.ts";
import { tempDir } from "./temp.ts";

type Table = Readonly<Record<string, unknown>>;

/** A Vault with a KV engine of version 2 at "kv" and one of version 1 at "team/old". */
export interface Vault extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** May do everything. */
  readonly rootToken: string;
  /** Writes a secret: ("kv/db", { password: "x" }). */
  put(path: string, data: Table): Promise<void>;
  delete(path: string): Promise<void>;
}

const MOUNTS = { kv: "2", "team/old": "1" } as const;

/** The real one, as a development server. */
export async function startRealVault(program: string): Promise<Vault> {
  const home = await tempDir();
  const [port, rootToken] = [await freePort(), randomUUID()];
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(program, ["server", "-dev", `-dev-listen-address=127.0.0.1:${port}`, `-dev-root-token-id=${rootToken}`], { stdio: "ignore", env: { PATH: process.env["PATH"], HOME: home.path } });
  const call = async (method: string, path: string, body?: Table) => {
    const answer = await fetch(`${url}/v1/${path.split("/").map(encodeURIComponent).join("/")}`, { method, headers: { "x-vault-token": rootToken }, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`Vault answered ${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  await eventually(() => call("GET", "sys/mounts"), { within: 20_000, every: 50 });
  for (const [path, version] of Object.entries(MOUNTS)) await call("POST", `sys/mounts/${path}`, { type: "kv", options: { version } });
  const place = (path: string, part: string) => (path.startsWith("kv/") ? path.replace("kv/", `kv/${part}/`) : path);
  return {
    url,
    port,
    rootToken,
    put: (path, data) => eventually(() => call("POST", place(path, "data"), path.startsWith("kv/") ? { data } : data), { within: 5_000 }),
    delete: (path) => call("DELETE", place(path, "metadata")),
    async [Symbol.asyncDispose]() {
      await stopProcess(child, "SIGKILL");
      await home[Symbol.asyncDispose]();
    },
  };
}

/** A small Vault, which is in no Debian: the part of its HTTP API that is asked for, as its documentation shows the answers. */
export interface SmallVault extends Vault {
  /** What was asked, as "GET kv/data/db", with the headers that came with it. */
  readonly asked: readonly { readonly what: string; readonly headers: IncomingMessage["headers"] }[];
  readonly tokens: Map<string, { readonly paths: readonly string[]; readonly ttl: number; readonly renewable: boolean }>;
  sealed: boolean;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const ROLE = { role_id: "role-1", secret_id: "secret-1", role: "app", jwt: "header.payload.signature" };
const LEASE_S = 4;

export async function startSmallVault(): Promise<SmallVault> {
  const port = await freePort();
  const rootToken = `root-${randomUUID()}`;
  const secrets = new Map<string, { data: Table; version: number }>();
  const tokens: SmallVault["tokens"] = new Map([[rootToken, { paths: [""], ttl: 0, renewable: false }]]);
  const asked: { what: string; headers: IncomingMessage["headers"] }[] = [];
  const state = { sealed: false };

  const newToken = () => {
    const token = `hvs.${randomUUID()}`;
    tokens.set(token, { paths: ["kv/"], ttl: LEASE_S, renewable: true });
    return { auth: { client_token: token, lease_duration: LEASE_S, renewable: true, policies: ["default"] } };
  };
  const handle = (what: string, token: string, body: Table, list: boolean): [status: number, answer?: Table] => {
    const [, method, path] = /^(\w+) (.*)$/.exec(what) ?? [];
    if (state.sealed) return [503, { errors: ["Vault is sealed"] }];
    if (what === "POST auth/approle/login") return body["role_id"] === ROLE.role_id && body["secret_id"] === ROLE.secret_id ? [200, newToken()] : [400, { errors: ["invalid role or secret ID"] }];
    if (what === "POST auth/kubernetes/login") return body["role"] === ROLE.role && body["jwt"] === ROLE.jwt ? [200, newToken()] : [403, { errors: ["permission denied"] }];
    const known = tokens.get(token);
    if (known === undefined || path === undefined) return [403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] }];
    if (path === "auth/token/lookup-self") return [200, { data: { ttl: known.ttl, renewable: known.renewable, id: token } }];
    if (path === "auth/token/renew-self") return [200, { auth: { client_token: token, lease_duration: known.ttl, renewable: known.renewable } }];
    if (path === "auth/token/revoke-self") return [tokens.delete(token) ? 204 : 403];
    if (path === "sys/internal/ui/mounts") return [200, { data: { auth: {}, secret: { "kv/": { type: "kv", options: { version: "2" } }, "team/old/": { type: "kv", options: { version: "1" } }, "cubbyhole/": { type: "cubbyhole", options: null }, "identity/": { type: "identity", options: null } } } }];
    const [mount, part, rest] = path.startsWith("kv/") ? (/^(kv)\/(data|metadata)\/?(.*)$/.exec(path) ?? []).slice(1) : ["team/old", "", path.slice("team/old/".length)];
    const logical = `${mount}/${rest}`.replace(/\/$/, "");
    if (mount === undefined || method !== "GET") return [405, { errors: ["unsupported operation"] }];
    if (!known.paths.some((allowed) => logical.startsWith(allowed) || `${logical}/` === allowed)) return [403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] }];
    if (list) {
      const below = [...secrets.keys()].filter((one) => one.startsWith(`${logical}/`)).map((one) => one.slice(logical.length + 1).replace(/\/.*$/, "/"));
      return below.length === 0 ? [404, { errors: [] }] : [200, { data: { keys: [...new Set(below)].sort() } }];
    }
    const secret = secrets.get(logical);
    if (secret === undefined) return [404, { errors: [] }];
    return [200, { data: part === "" ? secret.data : { data: secret.data, metadata: { version: secret.version, destroyed: false } } }];
  };

  let server: Server;
  const start = () =>
    new Promise<void>((resolve) => {
      server = createServer(async (request, response) => {
        const url = new URL(request.url ?? "", "http://vault");
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const what = `${request.method} ${decodeURIComponent(url.pathname.replace("/v1/", ""))}`;
        asked.push({ what, headers: request.headers });
        const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Table);
        answer(response, ...handle(what, String(request.headers["x-vault-token"] ?? ""), body, url.searchParams.get("list") === "true"));
      }).listen(port, "127.0.0.1", () => resolve());
    });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    rootToken,
    asked,
    tokens,
    get sealed() {
      return state.sealed;
    },
    set sealed(sealed) {
      state.sealed = sealed;
    },
    put: async (path, data) => void secrets.set(path, { data, version: (secrets.get(path)?.version ?? 0) + 1 }),
    delete: async (path) => void secrets.delete(path),
    stop,
    start,
    [Symbol.asyncDispose]: stop,
  };
}

function answer(response: ServerResponse, status: number, body?: Table): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
}

/** Opens the backend with the root token, reading again often. */
export function openVaultBackend({ url, rootToken }: Pick<Vault, "url" | "rootToken">, options: Partial<VaultOptions> = {}, ports: Partial<BackendPorts> = {}): Promise<Backend> {
  return vaultBackend.open({ address: url, auth: "token", ...(options.auth === undefined && options.tokenFile === undefined && { token: rootToken }), interval: 50, ...options }, { ...realPorts(), ...ports });
}

/** What is below a prefix. */
export async function readBelow(backend: Backend, ...prefixes: string[]): Promise<Record<string, unknown>> {
  const { entries } = await backend.read(prefixes.map(toKey), { signal: AbortSignal.timeout(10_000) });
  return Object.fromEntries([...entries].sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, value }) => [key, value]));
}
