import type { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions } from "node:https";

/** PEM files as they were read. */
export interface TlsMaterial {
  readonly ca?: Uint8Array | undefined;
  readonly cert?: Uint8Array | undefined;
  readonly key?: Uint8Array | undefined;
}

export interface RenewedAgent {
  readonly agent: HttpsAgent;
  /** To be called when a request failed: reads the certificates again, once for all who ask meanwhile, and uses those that changed for connections from now on. Never throws. */
  renew(): Promise<void>;
}

/** Connections over TLS with certificates that may be replaced on disk. */
export function renewedAgent(options: AgentOptions, known: TlsMaterial, readAgain: () => Promise<TlsMaterial>): RenewedAgent {
  const agent = new HttpsAgent({ ...options, ...pem(known) });
  let [used, renewing] = [known, undefined as Promise<void> | undefined];
  const renew = async () => {
    // A file that is just being replaced is read after the next failure.
    const read = await readAgain().catch(() => used);
    if (isSame(read, used)) return;
    used = read;
    // Others may hold the agent.
    Object.assign(agent.options, pem(read));
    dropKept({ agent });
  };
  return { agent, renew: () => (renewing ??= renew().finally(() => (renewing = undefined))) };
}

/** Closes the connections that are kept for later: one that is dead would else be found out by a request at a time. */
export function dropKept({ agent }: { readonly agent: HttpAgent }): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function isSame(one: TlsMaterial, other: TlsMaterial): boolean {
  return (["ca", "cert", "key"] as const).every((file) => Buffer.compare(one[file] ?? NOTHING, other[file] ?? NOTHING) === 0);
}

const NOTHING = new Uint8Array();

function pem({ ca, cert, key }: TlsMaterial): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  return { ...(ca && { ca: Buffer.from(ca) }), ...(cert && { cert: Buffer.from(cert) }), ...(key && { key: Buffer.from(key) }) };
}
