import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { AppError } from "../../core/error.ts";
import { socketPathProblem } from "../../core/socket-path.ts";

/** Where an agent listens, and the connections that are kept open to it. */
export interface Target {
  /** As it was configured, for messages. */
  readonly address: string;
  readonly secure: boolean;
  readonly agent: HttpAgent;
  /** Host and port, or the path of a unix socket; `pathname` stands before "/v1" behind a proxy, and is mostly empty. */
  readonly at: { readonly host: string; readonly port: number; readonly pathname: string } | { readonly socketPath: string; readonly pathname: "" };
  /** To be called when a request failed: connections from now on are made with the certificates as they are on disk. Never throws. */
  renew(): Promise<void>;
}

/** PEM files as they were read. */
export interface TlsMaterial {
  readonly ca?: Uint8Array | undefined;
  readonly cert?: Uint8Array | undefined;
  readonly key?: Uint8Array | undefined;
}

export const TCP_KEEPALIVE_MS = 5_000;

/** Reads "http://127.0.0.1:8500", "https://consul:8501" or "unix:///run/consul.sock". Throws CONFIG_INVALID. */
export function toTarget(address: string, tls: TlsMaterial, readAgain: () => Promise<TlsMaterial> = async () => tls): Target {
  const { protocol, hostname, port, pathname } = parse(address);
  if (protocol === "unix:") return { address, secure: false, agent: new HttpAgent(KEEP), at: { socketPath: decodeURIComponent(pathname), pathname: "" }, renew: async () => {} };
  const secure = protocol === "https:";
  const at = { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || (secure ? 443 : 80)), pathname: pathname.replace(/\/$/, "") };
  if (!secure) return { address, secure, agent: new HttpAgent(KEEP), at, renew: async () => {} };
  const agent = new HttpsAgent({ ...KEEP, ...pem(tls) });
  return { address, secure, agent, at, renew: renewal(agent, tls, readAgain) };
}

/** Closes the connections that are kept for later: one that is dead would else be found out by a request at a time. */
export function dropKept({ agent }: Pick<Target, "agent">): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

const KEEP = { keepAlive: true, keepAliveMsecs: TCP_KEEPALIVE_MS };

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !["http:", "https:", "unix:"].includes(url.protocol) || url.username !== "" || (url.protocol === "unix:" ? url.pathname.length < 2 : url.hostname === "")) {
    throw new AppError("CONFIG_INVALID", "Cannot use the address of Consul: it is not a URL of an agent", { hint: 'Write scheme, host and port alone: "http://127.0.0.1:8500", or "unix:///run/consul.sock"' });
  }
  const problem = url.protocol === "unix:" ? socketPathProblem(decodeURIComponent(url.pathname)) : undefined;
  if (problem !== undefined) throw new AppError("CONFIG_INVALID", `Cannot use the address of Consul: ${problem}`, { hint: "Mount it at a shorter path, or make a symbolic link to it" });
  return url;
}

/** Reads the certificates again, once for all who ask meanwhile, and gives those that changed to the agent, which others may hold. */
function renewal(agent: HttpsAgent, known: TlsMaterial, readAgain: () => Promise<TlsMaterial>): () => Promise<void> {
  let [used, renewing] = [known, undefined as Promise<void> | undefined];
  const renew = async () => {
    // A file that is just being replaced is read after the next failure.
    const read = await readAgain().catch(() => used);
    if (isSame(read, used)) return;
    used = read;
    Object.assign(agent.options, pem(read));
    dropKept({ agent });
  };
  return () => (renewing ??= renew().finally(() => (renewing = undefined)));
}

function isSame(one: TlsMaterial, other: TlsMaterial): boolean {
  return (["ca", "cert", "key"] as const).every((file) => Buffer.compare(one[file] ?? NOTHING, other[file] ?? NOTHING) === 0);
}

const NOTHING = new Uint8Array();

function pem({ ca, cert, key }: TlsMaterial): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  return { ...(ca && { ca: Buffer.from(ca) }), ...(cert && { cert: Buffer.from(cert) }), ...(key && { key: Buffer.from(key) }) };
}
