import type { Redis } from "ioredis";
import type { RedisCommand } from "./redis-connection.ts";

/**
 * Who owns which members, in keys beside hipache's:
 * "remora:registrars", a set of all registrars;
 * "remora:alive:REGISTRAR", there for as long as it lives and its TTL longer;
 * "remora:members:REGISTRAR", a hash of what it registered, value by id.
 */
export class RedisOwners {
  readonly #prefix: string;
  readonly #registrar: string;
  readonly #ttl: number;
  #introduced = false;

  constructor({ prefix, registrar, ttl }: { readonly prefix: string; readonly registrar: string; readonly ttl: number }) {
    this.#prefix = `${prefix}remora:`;
    this.#registrar = registrar;
    this.#ttl = ttl;
  }

  /** What a change that depends on a registrar has to watch. */
  keys(registrar: string): readonly string[] {
    return [this.#members(registrar), this.#alive(registrar)];
  }

  async members(client: Redis, registrar: string): Promise<Map<string, string>> {
    return new Map(Object.entries(await client.hgetall(this.#members(registrar))));
  }

  async isAlive(client: Redis, registrar: string): Promise<boolean> {
    return (await client.exists(this.#alive(registrar))) === 1;
  }

  /** Says that this registrar lives, whether it was known or not. */
  async revive(client: Redis): Promise<void> {
    this.#introduced = true;
    await client.multi([["sadd", this.#registrars, this.#registrar], this.#living()]).exec();
  }

  /** Says that this registrar lives; answers false when others had to take it for dead. */
  async refresh(client: Redis): Promise<boolean> {
    return (await client.set(this.#alive(this.#registrar), "1", "PX", this.#ttl, "XX")) === "OK";
  }

  /** Other registrars that live no more. */
  async dead(client: Redis): Promise<string[]> {
    const others = (await client.smembers(this.#registrars)).filter((registrar) => registrar !== this.#registrar);
    const alive = await Promise.all(others.map((registrar) => this.isAlive(client, registrar)));
    return others.filter((_, at) => !alive[at]);
  }

  /** The other registrar whose a member is. */
  async ownerOf(client: Redis, id: string): Promise<string | undefined> {
    const others = (await client.smembers(this.#registrars)).filter((registrar) => registrar !== this.#registrar);
    const owning = await Promise.all(others.map((registrar) => client.hexists(this.#members(registrar), id)));
    return others.find((_, at) => owning[at] === 1);
  }

  additions(id: string, value: string): RedisCommand[] {
    // Once it was taken for dead it must not live on here: what it had is gone, and refresh() has to tell.
    const living = this.#introduced ? [] : [this.#living()];
    this.#introduced = true;
    return [["sadd", this.#registrars, this.#registrar], ["hset", this.#members(this.#registrar), id, value], ...living];
  }

  removal(registrar: string, id: string): RedisCommand {
    return ["hdel", this.#members(registrar), id];
  }

  /** Forgets a registrar that is dead and has nothing left. */
  async farewell(client: Redis, registrar: string): Promise<RedisCommand[]> {
    const gone = !(await this.isAlive(client, registrar)) && (await client.hlen(this.#members(registrar))) === 0;
    return gone ? [["srem", this.#registrars, registrar]] : [];
  }

  get #registrars(): string {
    return `${this.#prefix}registrars`;
  }

  #members(registrar: string): string {
    return `${this.#prefix}members:${registrar}`;
  }

  #alive(registrar: string): string {
    return `${this.#prefix}alive:${registrar}`;
  }

  #living(): RedisCommand {
    return ["set", this.#alive(this.#registrar), "1", "PX", this.#ttl];
  }
}
