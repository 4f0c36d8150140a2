import type { Redis } from "ioredis";
import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { Registration, Registry, RegistryContext } from "../../core/registry.ts";
import type { LeaseState } from "../../core/status.ts";
import { additions, type Frontend, type FrontendKeys, frontendKeys, idOf, memberOf, membersOf, removals } from "./hipache.ts";
import { keptUntilLost } from "./kept-until-lost.ts";
import type { RedisCommand, RedisConnection } from "./redis-connection.ts";
import { RedisOwners } from "./redis-owners.ts";

export interface RedisRegistryParts {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly context: RegistryContext;
}

const REFRESH_MS = 1_000;
const REFRESHES_PER_TTL = 3;
const NEVER = new AbortController().signal;

/** Members of hipache's lists. Whose each is stands in keys beside them; what a dead registrar left, another one removes. */
export class RedisRegistry implements Registry {
  readonly name = "redis";
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #context: RegistryContext;
  readonly #owners: RedisOwners;

  constructor({ connection, prefix, context }: RedisRegistryParts) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#context = context;
    this.#owners = new RedisOwners({ prefix, ...context });
  }

  registrations(instance: Instance): Registration[] {
    const members = membersOf(instance);
    // A list shows only who can be asked.
    if (instance.draining || instance.health === "critical") return [];
    return members.map((member) => ({ id: idOf(member), value: instance.name }));
  }

  async owned(signal: AbortSignal): Promise<Map<string, string>> {
    const members = await this.#connection.ask("read", signal, async (client) => {
      await this.#owners.revive(client);
      return this.#owners.members(client, this.#context.registrar);
    });
    const domains = [...new Set([...members.keys()].map((id) => memberOf(id).domain))];
    const lists = new Map<string, readonly string[]>();
    for (const domain of domains) lists.set(domain, await this.#connection.ask("read", signal, (client) => client.lrange(this.#keys(domain).list, 0, -1)));
    await this.#sweep(signal);
    const isThere = (id: string) => lists.get(memberOf(id).domain)?.includes(memberOf(id).url, 1) === true;
    for (const id of members.keys()) if (!isThere(id)) await this.#forget(id, signal);
    return new Map([...members].filter(([id]) => isThere(id)));
  }

  async put({ id, value }: Registration, signal: AbortSignal): Promise<void> {
    const { registrar } = this.#context;
    const { domain, url } = memberOf(id);
    const keys = this.#keys(domain);
    await this.#connection.change(`register "${id}" in`, [keys.list, keys.dead, ...this.#owners.keys(registrar)], signal, async (client) => {
      const frontend = await readFrontend(client, keys);
      const mine = await this.#owners.members(client, registrar);
      const taken = frontend.list.includes(url, 1) && !mine.has(id) ? await this.#claim(client, id) : [];
      return [...taken, ...additions(frontend, keys, value, url), ...this.#owners.additions(id, value)];
    });
  }

  async deregister(id: string, signal: AbortSignal): Promise<void> {
    await this.#remove(this.#context.registrar, id, signal);
  }

  /** Resolves when Redis no longer knows us, or the connection was cut, which may mean a Redis that forgot all, and is there again. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    const { ports } = this.#context;
    await keptUntilLost({ name: this.name, ports, keep: (own) => this.#refreshing(own), noticed: (own) => this.#connection.closed(own), take: () => this.#connection.ask("reach", NEVER, (client) => client.ping()) }, signal);
  }

  lease(): LeaseState {
    return { kind: "heartbeats", id: undefined, ttl: this.#context.ttl };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  /** Ends when Redis no longer knows us. */
  async #refreshing(signal: AbortSignal): Promise<void> {
    const { ttl, ports: { clock } } = this.#context;
    let sweepAt = clock.monotonic();
    while (await this.#connection.ask("refresh the registrations in", signal, (client) => this.#owners.refresh(client))) {
      if (clock.monotonic() >= sweepAt) {
        await this.#sweep(signal);
        sweepAt = clock.monotonic() + ttl / REFRESHES_PER_TTL;
      }
      await clock.sleep(Math.min(REFRESH_MS, ttl / REFRESHES_PER_TTL), signal);
    }
  }

  /** Removes what registrars left that are dead. */
  async #sweep(signal: AbortSignal): Promise<void> {
    const dead = await this.#connection.ask("read", signal, (client) => this.#owners.dead(client));
    for (const registrar of dead) {
      const members = await this.#connection.ask("read", signal, (client) => this.#owners.members(client, registrar));
      for (const id of members.keys()) await this.#remove(registrar, id, signal);
      await this.#connection.change("clean", this.#owners.keys(registrar), signal, (client) => this.#owners.farewell(client, registrar));
      if (members.size > 0) this.#context.ports.log.info("Removed what a dead registrar left", { registry: this.name, registrar, registrations: members.size });
    }
  }

  async #remove(owner: string, id: string, signal: AbortSignal): Promise<void> {
    const { domain, url } = memberOf(id);
    const keys = this.#keys(domain);
    await this.#connection.change(`deregister "${id}" from`, [keys.list, keys.dead, ...this.#owners.keys(owner)], signal, async (client) => {
      const members = await this.#owners.members(client, owner);
      const revived = owner !== this.#context.registrar && (await this.#owners.isAlive(client, owner));
      if (!members.has(id) || revived) return [];
      return [...removals(await readFrontend(client, keys), keys, url), this.#owners.removal(owner, id)];
    });
  }

  /** Gives up a member that somebody took out of its list. */
  async #forget(id: string, signal: AbortSignal): Promise<void> {
    const { domain, url } = memberOf(id);
    const { list } = this.#keys(domain);
    await this.#connection.change(`deregister "${id}" from`, [list], signal, async (client) => ((await client.lrange(list, 0, -1)).includes(url, 1) ? [] : [this.#owners.removal(this.#context.registrar, id)]));
  }

  /** Throws when a member is somebody else's, unless it is to be taken over. */
  async #claim(client: Redis, id: string): Promise<RedisCommand[]> {
    const { onConflict, ports } = this.#context;
    const owner = await this.#owners.ownerOf(client, id);
    const whose = owner === undefined ? "no registrar made it" : `the registrar ${owner} made it`;
    if (onConflict === "refuse") throw new AppError("REGISTRATION_CONFLICT", `Cannot register "${id}" in Redis: it is there already, and ${whose}`, { hint: "Remove it by hand, or let this registrar take over what it finds" });
    ports.log.warn("Took over a member of a list in Redis", { id, from: owner });
    return owner === undefined ? [] : [this.#owners.removal(owner, id)];
  }

  #keys(domain: string): FrontendKeys {
    return frontendKeys(this.#prefix, domain);
  }
}

async function readFrontend(client: Redis, keys: FrontendKeys): Promise<Frontend> {
  const [list, marks, deadFor] = await Promise.all([client.lrange(keys.list, 0, -1), client.smembers(keys.dead), client.pttl(keys.dead)]);
  return { list, dead: marks.map(Number), deadFor };
}
