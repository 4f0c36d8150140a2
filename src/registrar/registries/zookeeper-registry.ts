import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { Registration, Registry, RegistryContext } from "../../core/registry.ts";
import type { LeaseState } from "../../core/status.ts";
import type { Layout } from "../layouts/index.ts";
import { aborted } from "../../core/abort.ts";
import { keptUntilLost } from "./kept-until-lost.ts";
import { SIDE_KEYS, toRegistrations } from "./keys.ts";
import type { ZookeeperNode, ZookeeperSession } from "./zookeeper-session.ts";

export interface ZookeeperRegistryParts {
  readonly session: ZookeeperSession;
  readonly layout: Layout;
  readonly context: RegistryContext;
}

const LOOK_MS = 1_000;
const NEVER = new AbortController().signal;

/**
 * Ephemeral nodes. Beside each stands an ephemeral mark below "/_remora/registrars/REGISTRAR", made in the same transaction: a node is ours
 * when its session is the one of its mark. What an earlier session left is moved to the present one before it ends.
 */
export class ZookeeperRegistry implements Registry {
  readonly name = "zookeeper";
  readonly #session: ZookeeperSession;
  readonly #layout: Layout;
  readonly #context: RegistryContext;
  readonly #side: string;
  /** The session under which everything of ours was last seen. */
  #held: string | undefined;

  constructor({ session, layout, context }: ZookeeperRegistryParts) {
    this.#session = session;
    this.#layout = layout;
    this.#context = context;
    this.#side = `${SIDE_KEYS}/${context.registrar}`;
  }

  registrations(instance: Instance): readonly Registration[] {
    return toRegistrations(this.#layout, instance);
  }

  async owned(signal: AbortSignal): Promise<Map<string, string>> {
    const session = await this.#session.id(signal);
    await this.#session.ensure(this.#side, signal);
    const owned = new Map<string, string>();
    for (const name of await this.#session.children(this.#side, signal)) {
      const path = decodeURIComponent(name);
      const node = await this.#session.read(path, signal);
      if (node === undefined || !(await this.#isOurs(path, node, signal))) continue;
      if (node.session !== session) await this.#make(path, node.value, [path, this.#mark(path)], signal);
      owned.set(path, node.value);
    }
    this.#held = session;
    return owned;
  }

  async put({ id, value }: Registration, signal: AbortSignal): Promise<void> {
    for (;;) {
      const [node, mark, session] = [await this.#session.read(id, signal), await this.#session.read(this.#mark(id), signal), await this.#session.id(signal)];
      const isOurs = node !== undefined && node.session === mark?.session;
      if (node !== undefined && !isOurs) this.#claim(id, node);
      if (isOurs && node.session === session) {
        if (node.value !== value) await this.#session.write(id, value, signal);
        return;
      }
      await this.#session.ensure(id.slice(0, id.lastIndexOf("/")) || "/", signal);
      await this.#session.ensure(this.#side, signal);
      const before = [...(node === undefined ? [] : [id]), ...(mark === undefined ? [] : [this.#mark(id)])];
      if (await this.#make(id, value, before, signal)) return;
    }
  }

  async deregister(id: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const [node, mark] = [await this.#session.read(id, signal), await this.#session.read(this.#mark(id), signal)];
      if (mark === undefined) return;
      const remove = [...(node?.session === mark.session ? [id] : []), this.#mark(id)];
      if (await this.#session.change(`deregister "${id}" from`, { remove }, signal)) return;
    }
  }

  /** Resolves when the session was lost and there is another one. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    await keptUntilLost({ name: this.name, ports: this.#context.ports, keep: (own) => this.#looking(own), noticed: aborted, take: () => this.#session.id(NEVER) }, signal);
  }

  lease(): LeaseState {
    return { kind: "session", id: this.#held, ttl: this.#context.ttl };
  }

  /** The session ends, and with it what is still registered. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /** Asks for something again and again; ends when the session is another one. The package's own beats keep it alive. */
  async #looking(signal: AbortSignal): Promise<void> {
    const held = (this.#held ??= await this.#session.id(signal));
    for (;;) {
      await this.#session.read(this.#side, signal);
      if ((await this.#session.id(signal)) !== held) return;
      await this.#context.ports.clock.sleep(Math.min(LOOK_MS, this.#context.ttl / 3), signal);
    }
  }

  #make(path: string, value: string, remove: readonly string[], signal: AbortSignal): Promise<boolean> {
    return this.#session.change(`register "${path}" in`, { remove, create: { [path]: value, [this.#mark(path)]: "" } }, signal);
  }

  async #isOurs(path: string, node: ZookeeperNode, signal: AbortSignal): Promise<boolean> {
    return (await this.#session.read(this.#mark(path), signal))?.session === node.session;
  }

  /** Throws when a node is somebody else's, unless it is to be taken over. */
  #claim(path: string, { session }: ZookeeperNode): void {
    const { onConflict, ports } = this.#context;
    const from = /^0+$/.test(session) ? "no session" : `the session ${session}`;
    if (onConflict === "refuse") throw new AppError("REGISTRATION_CONFLICT", `Cannot register "${path}" in ZooKeeper: somebody else wrote it, under ${from}`, { hint: "Choose another id or layout, or let this registrar take over what it finds" });
    ports.log.warn("Took over a node", { registry: this.name, path, from });
  }

  #mark(path: string): string {
    return `${this.#side}/${encodeURIComponent(path)}`;
  }
}
