import { ConsulClient } from "../clients/consul/client.ts";
import { openTarget, type TargetOptions } from "../clients/consul/open-target.ts";
import { tokenReader } from "../clients/consul/token.ts";
import type { BackendDefinition } from "../core/backend.ts";
import { ConsulBackend } from "./consul-backend.ts";

/** The table [backends.consul], already checked. */
export interface ConsulOptions extends TargetOptions {
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly datacenter?: string | undefined;
  /** What it is called, where it is a datacenter beside the agent's own: "consul@dc2". */
  readonly name?: string | undefined;
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
    const { name = "consul", datacenter, wait = WAIT_MS } = options;
    const target = await openTarget(options, { files, mask });
    const client = new ConsulClient({ target, datacenter, clock, waitMs: Math.min(wait, LONGEST_WAIT_MS) });
    return new ConsulBackend({ name, client, clock, datacenter, token: tokenReader(options, { files, mask }) });
  },
  part: (options, datacenter) => ({ ...options, datacenter, name: `consul@${datacenter}` }),
};
