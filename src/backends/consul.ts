import { ConsulClient } from "../clients/consul/client.ts";
import { toTarget } from "../clients/consul/target.ts";
import type { BackendDefinition } from "../core/backend.ts";
import { AppError } from "../core/error.ts";
import type { Files } from "../core/ports.ts";
import { ConsulBackend } from "./consul-backend.ts";
import { tokenReader } from "./consul-token.ts";

/** The table [backends.consul], already checked. */
export interface ConsulOptions {
  /** "http://127.0.0.1:8500", "https://consul:8501" or "unix:///run/consul.sock". */
  readonly address: string;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly datacenter?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** How long the agent may hold an answer, in milliseconds. */
  readonly wait?: number | undefined;
}

const WAIT_MS = 55_000;
const LONGEST_WAIT_MS = 60_000;

/** Keys and services in Consul, followed by one blocking query for each prefix. */
export const consulBackend: BackendDefinition<ConsulOptions> = {
  name: "consul",
  summary: "Keys and services in Consul, over its HTTP API",
  async open(options, { clock, files, mask }) {
    const { address, caFile, certFile, keyFile, datacenter, wait = WAIT_MS } = options;
    const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map((path) => readPem(files, path)));
    if (key !== undefined) mask.add(new TextDecoder().decode(key));
    const target = toTarget(address, { ca, cert, key });
    const client = new ConsulClient({ target, datacenter, clock, waitMs: Math.min(wait, LONGEST_WAIT_MS) });
    return new ConsulBackend({ client, clock, datacenter, token: tokenReader(options, { files, mask }) });
  },
};

async function readPem(files: Files, path: string | undefined): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined;
  const refused = (reason: string, cause?: unknown) => new AppError("CONFIG_INVALID", `Cannot read "${path}" of [backends.consul]: ${reason}`, { cause });
  const bytes = await files.read(path).catch((error: Error) => {
    throw refused(error.message, error);
  });
  if (bytes === undefined) throw refused("there is no such file");
  return bytes;
}
