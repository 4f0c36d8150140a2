import type { Agent } from "node:http";

/** Where a server listens, and the connections that are kept open to it. */
export interface Target {
  /** As it was configured, for messages. */
  readonly address: string;
  readonly secure: boolean;
  readonly agent: Agent;
  /** Go with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Host and port, or the path of a unix socket; `pathname` stands before all paths behind a proxy, and is mostly empty. */
  readonly at: { readonly host: string; readonly port: number; readonly pathname: string } | { readonly socketPath: string; readonly pathname: "" };
  /** To be called when a request failed: connections from now on are made with the certificates as they are on disk. Never throws. */
  renew(): Promise<void>;
}

export const TCP_KEEPALIVE_MS = 5_000;
