import { AppError } from "../../core/error.ts";
import type { RegistryDefinition } from "./definition.ts";

/** A Docker Flow Proxy that is told by its HTTP API. */
export interface DockerFlowProxyOptions {
  /** "http://proxy:8080". */
  readonly url: string;
  /** Have the proxy pass it on to its other instances; only a proxy that runs as a service of a swarm can. */
  readonly distribute?: boolean | undefined;
  /** Where it is kept what was registered, to be known after a restart of the registrar: the proxy itself has no place for that. */
  readonly stateFile?: string | undefined;
}

/** Services of a Docker Flow Proxy, by attributes as its swarm listener has labels. */
export const dockerFlowProxyRegistry: RegistryDefinition<DockerFlowProxyOptions> = {
  name: "docker-flow-proxy",
  summary: "Services of a Docker Flow Proxy, over its HTTP API",
  async open(options, context) {
    const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
    if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username !== "") throw new AppError("CONFIG_INVALID", "Cannot use the address of Docker Flow Proxy: it is not an HTTP URL", { hint: 'Write it as "http://proxy:8080"' });
    const [{ FlowProxyClient }, { FlowProxyRegistry }, { Remembered }] = await Promise.all([import("./flow-proxy-client.ts"), import("./flow-proxy-registry.ts"), import("./flow-proxy-remembered.ts")]);
    const client = new FlowProxyClient({ address: options.url.replace(/\/+$/, ""), clock: context.ports.clock });
    const remembered = await Remembered.read(options.stateFile, context.ports.files);
    return new FlowProxyRegistry({ client, remembered, context, distribute: options.distribute ?? false });
  },
};
