import type { ConsulClient } from "../../clients/consul/client.ts";
import type { TokenReader } from "../../clients/consul/token.ts";
import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { Registration, Registry, RegistryContext } from "../../core/registry.ts";
import type { LeaseState } from "../../core/status.ts";
import type { Layout } from "../layouts/index.ts";
import { unlessAborted } from "../../core/abort.ts";
import type { ConsulKvCalls, HeldKey } from "./consul-kv-calls.ts";
import { lock, lockOperations, SessionHolder } from "./consul-kv-session.ts";
import { untilReleased } from "./consul-side-watch.ts";
import { keptUntilLost } from "./kept-until-lost.ts";
import { SIDE_KEYS, toRegistrations } from "./keys.ts";

export interface ConsulKvRegistryParts {
  readonly name: string | undefined;
  readonly calls: ConsulKvCalls;
  /** Watches the side key. */
  readonly watching: ConsulClient;
  readonly token: TokenReader;
  readonly layout: Layout;
  readonly context: RegistryContext;
}

const LONGEST_RENEWAL_MS = 10_000;
const RENEWALS_PER_TTL = 3;

/** Keys under one session. An index below the side key says which, as Consul does not. */
export class ConsulKvRegistry implements Registry {
  readonly name: string;
  readonly #parts: ConsulKvRegistryParts;
  readonly #calls: ConsulKvCalls;
  readonly #sideKey: string;
  readonly #holder: SessionHolder;

  constructor(parts: ConsulKvRegistryParts) {
    const { name, calls, context } = parts;
    this.name = name ?? "consul-kv";
    this.#parts = parts;
    this.#calls = calls;
    this.#sideKey = [SIDE_KEYS.slice(1), context.registrar, ...(name === undefined ? [] : [name])].join("/");
    this.#holder = new SessionHolder({ calls, registrar: context.registrar, sideKey: this.#sideKey, ttl: context.ttl });
  }

  registrations(instance: Instance): readonly Registration[] {
    return toRegistrations(this.#parts.layout, instance);
  }

  owned(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return unlessAborted(this.#owned(), signal);
  }

  async put(registration: Registration, signal: AbortSignal): Promise<void> {
    const session = this.#holder.held ?? (await unlessAborted(this.#holder.take(), signal));
    if (await unlessAborted(this.#put(registration, session), signal)) return;
    const renewed = await unlessAborted(this.#holder.take(), signal);
    if (await unlessAborted(this.#put(registration, renewed), signal)) return;
    throw new AppError("BACKEND_REFUSED", `Cannot write "${registration.id}" to Consul at ${this.#calls.address}: it does not take the session`);
  }

  async deregister(id: string, signal: AbortSignal): Promise<void> {
    const session = this.#holder.held ?? (await unlessAborted(this.#holder.take(), signal));
    const key = id.slice(1);
    const forget = { Verb: "delete", Key: this.#holder.indexKey(key) } as const;
    const act = `delete "${id}" in`;
    const answer = await unlessAborted(this.#calls.transact(act, [{ Verb: "check-session", Key: key, Session: session }, { Verb: "delete", Key: key }, forget]), signal);
    // It is gone, or somebody else's.
    if ("refused" in answer) await unlessAborted(this.#calls.transact(act, [forget]), signal);
  }

  /** Resolves when the session was lost or Consul was away, and a session is held again. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    const { watching: client, token, context: { ports } } = this.#parts;
    const { clock, random } = ports;
    const session = this.#holder.held ?? (await unlessAborted(this.#holder.take(), signal));
    const sideKey = this.#sideKey;
    await keptUntilLost({
      name: this.name,
      ports,
      keep: (own) => this.#renew(session, own),
      noticed: (own) => untilReleased({ client, token, key: sideKey, session, clock, random: random.fraction }, own),
      take: () => this.#holder.take(),
    }, signal);
  }

  lease(): LeaseState | undefined {
    const { held } = this.#holder;
    return held === undefined ? undefined : { kind: "session", id: held, ttl: this.#parts.context.ttl };
  }

  /** What is registered stays until its TTL; a session that holds nothing goes at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { held } = this.#holder;
    try {
      if (held !== undefined && (await this.#holder.indexed(held)).length === 0) await this.#calls.destroySession(held);
    } catch {
      // It ends by itself.
    }
    this.#calls.close();
  }

  async #renew(session: string, signal: AbortSignal): Promise<void> {
    const every = Math.min((this.#holder.sessionTtl * 1_000) / RENEWALS_PER_TTL, LONGEST_RENEWAL_MS);
    for (;;) {
      await this.#parts.context.ports.clock.sleep(every, signal);
      if (!(await unlessAborted(this.#calls.renewSession(session), signal))) return;
    }
  }

  async #owned(): Promise<ReadonlyMap<string, string>> {
    const session = await this.#holder.take();
    const found = await this.#calls.readAll(await this.#holder.indexed(session));
    return new Map(found.filter((one) => one.session === session).map(({ key, value }) => [`/${key}`, value]));
  }

  /** Answers false when the session is gone. */
  async #put({ id, value }: Registration, session: string): Promise<boolean> {
    const key = id.slice(1);
    for (let found: HeldKey | undefined; ; ) {
      const operations = [...lockOperations({ key, value, session }, found), lock(this.#holder.indexKey(key), "", session)];
      const answer = await this.#calls.transact(`write "${id}" to`, operations);
      if (!("refused" in answer)) return true;
      if (answer.refused.some(({ why }) => /invalid session/i.test(why))) return false;
      if (!answer.refused.some(({ at }) => at === 0)) throw new AppError("BACKEND_REFUSED", `Cannot write "${id}" to Consul at ${this.#calls.address}: ${answer.refused.map(({ why }) => why).join(", ")}`);
      found = await this.#calls.read(key);
      if (found?.session === session && found.value === value) return true;
      if (found !== undefined && found.session !== session) this.#claim(id, found);
    }
  }

  /** Throws when a key is somebody else's, unless it is to be taken over. */
  #claim(key: string, { session }: HeldKey): void {
    const { onConflict, ports } = this.#parts.context;
    const from = session === undefined ? "no session" : `the session ${session}`;
    if (onConflict === "refuse") throw new AppError("REGISTRATION_CONFLICT", `Cannot register "${key}" in Consul at ${this.#calls.address}: somebody else wrote it, under ${from}`, { hint: "Choose another id or layout, or let this registrar take over what it finds" });
    ports.log.warn("Took over a key", { registry: this.name, key, from });
  }
}
