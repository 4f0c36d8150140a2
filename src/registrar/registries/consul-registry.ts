import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { Registration, Registry, RegistryContext } from "../../core/registry.ts";
import type { LeaseState } from "../../core/status.ts";
import type { ConsulAgent } from "./consul-agent.ts";
import { checksOf, probeId } from "./consul-checks.ts";
import { type AgentService, type ConsulService, deserialize, DRAINING, fromAgent, ownerOf, serialize, toService, writtenMeta } from "./consul-service.ts";
import { keptUntilLost } from "./kept-until-lost.ts";

export interface ConsulRegistryParts {
  readonly agent: ConsulAgent;
  readonly context: RegistryContext;
  readonly deregisterAfter: number;
}

/** How often one of ours is looked for: an agent that lost them all is noticed by it. */
const GLANCE_MS = 1_000;
const HEARTBEATS_PER_TTL = 3;
const AT_ONCE = 16;
const NEVER = new AbortController().signal;

/** Services of one agent that carry our id in their metadata. */
export class ConsulRegistry implements Registry {
  readonly name = "consul";
  readonly #agent: ConsulAgent;
  readonly #context: RegistryContext;
  readonly #deregisterAfter: number;
  /** What is kept alive. */
  readonly #held = new Map<string, ConsulService>();
  /** Attributes whose loss was told, by service. */
  readonly #told = new Set<string>();

  constructor({ agent, context, deregisterAfter }: ConsulRegistryParts) {
    this.#agent = agent;
    this.#context = context;
    this.#deregisterAfter = deregisterAfter;
  }

  registrations(instance: Instance): Registration[] {
    const { service, left } = toService(instance, this.#context.ttl);
    for (const attribute of left) this.#tellLeft(instance.name, attribute);
    return [{ id: instance.id, value: serialize(service) }];
  }

  async owned(signal: AbortSignal): Promise<Map<string, string>> {
    const services = await this.#agent.services(this.#context.registrar, signal);
    const checks = services.length === 0 ? new Map() : await this.#agent.checks(signal);
    this.#held.clear();
    for (const service of services) this.#held.set(service.ID, fromAgent(service, checks));
    return new Map([...this.#held].map(([id, service]) => [id, serialize(service)]));
  }

  async put({ id, value }: Registration, signal: AbortSignal): Promise<void> {
    const service = deserialize(value);
    const { name, address, port, tags, health = "critical" } = service;
    const found = await this.#agent.service(id, signal);
    if (found !== undefined) this.#claim(id, found);
    const checks = checksOf(id, service, this.#deregisterAfter);
    await this.#agent.register({ id, name, address, port, tags: [...tags], meta: writtenMeta(service, this.#context.registrar), checks }, signal);
    this.#held.set(id, service);
    // A registration says only how a new check begins.
    await this.#agent.heartbeat(id, health, signal);
    await this.#tidy(id, service, signal);
  }

  async deregister(id: string, signal: AbortSignal): Promise<void> {
    this.#held.delete(id);
    const found = await this.#agent.service(id, signal);
    if (found !== undefined && ownerOf(found) === this.#context.registrar) await this.#agent.deregister(id, signal);
  }

  /** Resolves when the agent lost something of ours, or was away and is back. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    const { ports, registrar } = this.#context;
    await keptUntilLost({ name: this.name, ports, keep: (own) => this.#beating(own), noticed: (own) => this.#glancing(own), take: () => this.#agent.services(registrar, NEVER) }, signal);
  }

  lease(): LeaseState {
    return { kind: "heartbeats", id: undefined, ttl: this.#context.ttl };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.close();
  }

  /** Throws when a service is somebody else's, unless it is to be taken over. */
  #claim(id: string, found: AgentService): void {
    const { registrar, onConflict, ports } = this.#context;
    const owner = ownerOf(found);
    if (owner === registrar) return;
    const whose = owner === undefined ? "no registrar made it" : `the registrar ${owner} made it`;
    if (onConflict === "refuse") throw new AppError("REGISTRATION_CONFLICT", `Cannot register "${id}" in Consul: there is such a service already, and ${whose}`, { hint: "Choose another id, or let this registrar take over what it finds" });
    ports.log.warn("Took over a service of Consul", { id, from: owner });
  }

  /** Takes away what a registration leaves behind: a check that is no longer asked for, or a maintenance that began or ended. */
  async #tidy(id: string, service: ConsulService, signal: AbortSignal): Promise<void> {
    const checks = await this.#agent.checksOf(id, signal);
    const wanted = checksOf(id, service, this.#deregisterAfter).map(({ checkid }) => checkid);
    if (checks.has(probeId(id)) && !wanted.includes(probeId(id))) await this.#agent.dropCheck(probeId(id), signal);
    const maintenance = checks.get(`_service_maintenance:${id}`);
    if (service.draining && maintenance === undefined) await this.#agent.maintain(id, true, DRAINING, signal);
    // What an operator began is the operator's to end.
    if (!service.draining && maintenance?.Notes === DRAINING) await this.#agent.maintain(id, false, DRAINING, signal);
  }

  /** Refreshes all, again and again; ends when one is no longer known. */
  async #beating(signal: AbortSignal): Promise<void> {
    const { ports: { clock }, ttl } = this.#context;
    while (await this.#beatAll(signal)) await clock.sleep(ttl / HEARTBEATS_PER_TTL, signal);
  }

  /** Looks for one after another; ends when one is not there. */
  async #glancing(signal: AbortSignal): Promise<void> {
    while (await this.#glance(signal)) await this.#context.ports.clock.sleep(GLANCE_MS, signal);
  }

  /** Refreshes all, a few at once; answers whether the agent knows them. */
  async #beatAll(signal: AbortSignal): Promise<boolean> {
    const rest = [...this.#held.keys()].values();
    let known = true;
    const work = async () => {
      for (const id of rest) known = (await this.#beat(id, signal)) && known;
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return known;
  }

  /** Says how one is, and again when that changed meanwhile: the older word may have come last. */
  async #beat(id: string, signal: AbortSignal): Promise<boolean> {
    for (let said: ConsulService | undefined; ; ) {
      const service = this.#held.get(id);
      if (service === undefined || service === said) return true;
      said = service;
      if (!(await this.#agent.heartbeat(id, service.health ?? "critical", signal))) return !this.#held.has(id);
    }
  }

  /** Looks for the next one of ours; answers whether it is there. */
  async #glance(signal: AbortSignal): Promise<boolean> {
    const [id] = this.#held.keys();
    const service = id === undefined ? undefined : this.#held.get(id);
    if (id === undefined || service === undefined) return true;
    const found = await this.#agent.service(id, signal);
    if (this.#held.get(id) !== service) return true;
    // The one that was looked for goes to the end of the row.
    this.#held.delete(id);
    this.#held.set(id, service);
    return found !== undefined && ownerOf(found) === this.#context.registrar;
  }

  /** Says once for each service what Consul does not take. */
  #tellLeft(service: string, attribute: string): void {
    const what = `${service} ${attribute}`;
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#context.ports.log.warn("An attribute is left out: Consul takes 64 of up to 512 bytes", { registry: this.name, service, attribute });
  }
}
