import type { EtcdClient } from "../../clients/etcd/client.ts";
import type { Etcd3 } from "../../clients/etcd/etcd3.ts";
import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { Registration, Registry, RegistryContext } from "../../core/registry.ts";
import type { LeaseState } from "../../core/status.ts";
import type { Layout } from "../layouts/index.ts";
import { unlessAborted } from "../../core/abort.ts";
import { EtcdCalls, type StoredKey } from "./etcd-calls.ts";
import { keepLeaseAlive } from "./etcd-keep-alive.ts";
import { LeaseHolder } from "./etcd-lease.ts";
import { untilTouched } from "./etcd-side-watch.ts";
import { keptUntilLost } from "./kept-until-lost.ts";
import { SIDE_KEYS, toRegistrations } from "./keys.ts";

export interface EtcdRegistryParts {
  readonly name: string | undefined;
  readonly endpoints: readonly string[];
  readonly open: (endpoint: string) => Promise<Etcd3>;
  /** Watches the side key. */
  readonly watching: EtcdClient;
  readonly layout: Layout;
  readonly context: RegistryContext;
}

const LONGEST_KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVES_PER_TTL = 3;
const ABSENT = "0";

/** Keys under one lease. */
export class EtcdRegistry implements Registry {
  readonly name: string;
  readonly #calls: EtcdCalls;
  readonly #watching: EtcdClient;
  readonly #layout: Layout;
  readonly #context: RegistryContext;
  readonly #endpoints: readonly string[];
  readonly #sideKey: string;
  readonly #holder: LeaseHolder;

  constructor({ name, endpoints, open, watching, layout, context }: EtcdRegistryParts) {
    this.name = name ?? "etcd";
    this.#calls = new EtcdCalls(open, endpoints);
    this.#watching = watching;
    this.#layout = layout;
    this.#context = context;
    this.#endpoints = endpoints;
    this.#sideKey = [SIDE_KEYS, context.registrar, ...(name === undefined ? [] : [name])].join("/");
    this.#holder = new LeaseHolder({ calls: this.#calls, sideKey: this.#sideKey, ttl: Math.max(1, Math.ceil(context.ttl / 1_000)) });
  }

  registrations(instance: Instance): readonly Registration[] {
    return toRegistrations(this.#layout, instance);
  }

  async owned(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return unlessAborted(this.#owned(), signal);
  }

  async put(registration: Registration, signal: AbortSignal): Promise<void> {
    const lease = this.#holder.held ?? (await unlessAborted(this.#holder.take(), signal));
    try {
      await unlessAborted(this.#put(registration, lease.id), signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(await isLeaseGone(thrown))) throw thrown;
      const { id } = await unlessAborted(this.#holder.take(), signal);
      await unlessAborted(this.#put(registration, id), signal);
    }
  }

  async deregister(id: string, signal: AbortSignal): Promise<void> {
    const lease = this.#holder.held ?? (await unlessAborted(this.#holder.take(), signal));
    await unlessAborted(this.#calls.delete(id, lease.id), signal);
  }

  /** Resolves when the lease was lost or etcd was away, and a lease is held again. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    const { ttl, ports } = this.#context;
    const { clock, random } = ports;
    const lease = this.#holder.held ?? (await unlessAborted(this.#holder.take(), signal));
    const every = Math.min(ttl / KEEP_ALIVES_PER_TTL, LONGEST_KEEP_ALIVE_MS);
    await keptUntilLost({
      name: this.name,
      ports,
      keep: (own) => keepLeaseAlive({ calls: this.#calls, lease: lease.id, every, clock }, own),
      noticed: (own) => untilTouched({ client: this.#watching, key: this.#sideKey, since: Number(lease.revision), random: random.fraction }, own),
      take: () => this.#holder.take(),
    }, signal);
  }

  lease(): LeaseState | undefined {
    const { held } = this.#holder;
    // As etcdctl writes it.
    return held && { kind: "lease", id: BigInt(held.id).toString(16), ttl: this.#context.ttl };
  }

  /** What is registered stays until its TTL; a lease that nothing is under goes at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { held } = this.#holder;
    try {
      if (held !== undefined && (await this.#calls.lease(held.id)).keys.every((key) => key.toString() === this.#sideKey)) await this.#calls.revoke(held.id);
    } catch {
      // It ends by itself.
    }
    await this.#calls.disconnect();
    await this.#watching[Symbol.asyncDispose]();
  }

  async #owned(): Promise<ReadonlyMap<string, string>> {
    const { id } = await this.#holder.take();
    const { keys } = await this.#calls.lease(id);
    const stored = await this.#calls.read(keys.filter((key) => key.toString() !== this.#sideKey));
    return new Map(stored.filter(({ lease }) => lease === id).map(({ key, value }) => [key, value]));
  }

  async #put({ id: key, value }: Registration, lease: string): Promise<void> {
    for (let revision = ABSENT; ; ) {
      const found = await this.#calls.put({ key, value, lease }, revision);
      if (found === "written" || (found?.lease === lease && found.value === value)) return;
      if (found !== undefined && found.lease !== lease) this.#claim(found);
      revision = found?.revision ?? ABSENT;
    }
  }

  /** Throws when a key is somebody else's, unless it is to be taken over. */
  #claim({ key, lease }: StoredKey): void {
    const { onConflict, ports } = this.#context;
    const from = lease === ABSENT ? "no lease" : `the lease ${BigInt(lease).toString(16)}`;
    if (onConflict === "refuse") throw new AppError("REGISTRATION_CONFLICT", `Cannot register "${key}" in etcd at ${this.#endpoints.join(", ")}: somebody else wrote it, under ${from}`, { hint: "Choose another id or layout, or let this registrar take over what it finds" });
    ports.log.warn("Took over a key", { registry: this.name, key, from });
  }
}

async function isLeaseGone(thrown: unknown): Promise<boolean> {
  const { EtcdLeaseInvalidError } = await import("../../clients/etcd/etcd3.ts");
  return thrown instanceof AppError && thrown.cause instanceof EtcdLeaseInvalidError;
}
