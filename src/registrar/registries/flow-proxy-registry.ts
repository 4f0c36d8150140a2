import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { Registration, Registry, RegistryContext } from "../../core/registry.ts";
import { aborted } from "../../core/abort.ts";
import type { FlowProxyClient } from "./flow-proxy-client.ts";
import type { Remembered } from "./flow-proxy-remembered.ts";
import { flowServiceOf, removalOf, standing } from "./flow-proxy-service.ts";
import { keptUntilLost } from "./kept-until-lost.ts";

export interface FlowProxyRegistryParts {
  readonly client: FlowProxyClient;
  readonly remembered: Remembered;
  readonly context: RegistryContext;
  readonly distribute: boolean;
}

/** How often it is looked whether the proxy still has everything: one that was restarted has nothing. */
const LOOK_MS = 1_000;
const NEVER = new AbortController().signal;

/** Services of one proxy, each with a single address: the proxy knows no more of a service. It has no place for whose they are, so that is remembered here. */
export class FlowProxyRegistry implements Registry {
  readonly name = "docker-flow-proxy";
  readonly #client: FlowProxyClient;
  readonly #remembered: Remembered;
  readonly #context: RegistryContext;
  readonly #distribute: boolean;
  /** What the proxy had when it was last looked at, or written. */
  readonly #confirmed = new Map<string, string>();

  constructor({ client, remembered, context, distribute }: FlowProxyRegistryParts) {
    this.#client = client;
    this.#remembered = remembered;
    this.#context = context;
    this.#distribute = distribute;
  }

  registrations(instance: Instance): Registration[] {
    const service = flowServiceOf(instance, this.#distribute);
    // The proxy sends requests to all that it knows.
    if (service === undefined || instance.draining || instance.health === "critical") return [];
    return [{ id: service.name, value: service.parameters }];
  }

  async owned(signal: AbortSignal): Promise<Map<string, string>> {
    const configuration = await this.#client.configuration(signal);
    this.#confirmed.clear();
    const owned = new Map<string, string>();
    for (const [name, parameters] of [...this.#remembered.values]) {
      const found = standing(configuration, name, parameters);
      if (found === "absent") await this.#remembered.delete(name);
      if (found === "same") this.#confirmed.set(name, parameters);
      // One with another address is told with another value, so that it is put or removed.
      if (found !== "absent") owned.set(name, found === "same" ? parameters : "");
    }
    return owned;
  }

  async put({ id, value }: Registration, signal: AbortSignal): Promise<void> {
    const found = standing(await this.#client.configuration(signal), id, value);
    const before = this.#remembered.values.get(id);
    // Each reconfiguration reloads HAProxy.
    if (before === value && found === "same") return;
    if (before === undefined && found === "other") this.#claim(id);
    this.#confirmed.delete(id);
    // First, so that it is known to be ours if this is the last thing that we do.
    await this.#remembered.set(id, value);
    await this.#client.reconfigure(id, value, signal);
    this.#confirmed.set(id, value);
  }

  async deregister(id: string, signal: AbortSignal): Promise<void> {
    const parameters = this.#remembered.values.get(id);
    if (parameters === undefined) return;
    this.#confirmed.delete(id);
    await this.#client.remove(id, removalOf(parameters), signal);
    await this.#remembered.delete(id);
  }

  /** Resolves when the proxy lost something of ours, or was away and is back. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    await keptUntilLost({ name: this.name, ports: this.#context.ports, keep: (own) => this.#looking(own), noticed: aborted, take: () => this.#client.configuration(NEVER) }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Looks again and again; ends when something is missing. */
  async #looking(signal: AbortSignal): Promise<void> {
    for (;;) {
      const before = [...this.#confirmed];
      const configuration = await this.#client.configuration(signal);
      // One that was written meanwhile may be there or not yet.
      const settled = before.filter(([name, parameters]) => this.#confirmed.get(name) === parameters);
      if (settled.some(([name, parameters]) => standing(configuration, name, parameters) !== "same")) return;
      await this.#context.ports.clock.sleep(LOOK_MS, signal);
    }
  }

  /** Throws for a service that somebody else made for another address, unless it is to be taken over. */
  #claim(name: string): void {
    if (this.#context.onConflict === "refuse") throw new AppError("REGISTRATION_CONFLICT", `Cannot register "${name}" in Docker Flow Proxy: it has such a service with another address`, { hint: "Name it otherwise with com.df.serviceName, or let this registrar take over what it finds" });
    this.#context.ports.log.warn("Took over a service of Docker Flow Proxy", { id: name });
  }
}
