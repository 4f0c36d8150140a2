import Consul from "consul";
import { failure } from "../../clients/consul/failure.ts";
import { packageOptions } from "../../clients/consul/package-options.ts";
import type { Target } from "../../clients/http/target.ts";
import type { TokenReader } from "../../clients/consul/token.ts";
import { AppError } from "../../core/error.ts";

/** A key of Consul's, with the index that it was last written at and the session that holds it. */
export interface HeldKey {
  readonly key: string;
  readonly value: string;
  readonly index: number;
  readonly session: string | undefined;
}

/** One of a transaction, as Consul's API names it; values are in base64. */
export interface Operation {
  readonly Verb: "check-not-exists" | "check-index" | "check-session" | "delete" | "lock" | "get";
  readonly Key: string;
  readonly Value?: string;
  readonly Session?: string;
  readonly Index?: number;
}

/** Why a transaction was refused, by the place of the operation in it. */
export interface Refusal {
  readonly at: number;
  readonly why: string;
}

const DEADLINE_MS = 5_000;
const OPERATIONS_AT_ONCE = 64;

/** The calls of Consul's key-value store that a registrar makes, through the package "consul"; they throw BACKEND_* errors. */
export class ConsulKvCalls {
  readonly address: string;
  readonly #target: Target;
  readonly #token: TokenReader;
  readonly #datacenter: string | undefined;
  readonly #consul: Consul;

  constructor({ target, token, datacenter }: { readonly target: Target; readonly token: TokenReader; readonly datacenter: string | undefined }) {
    this.address = target.address;
    this.#target = target;
    this.#token = token;
    this.#datacenter = datacenter;
    this.#consul = new Consul(packageOptions(target, { deadlineMs: DEADLINE_MS }));
  }

  /** Answers the id of a session whose keys go with it. */
  async createSession(name: string, seconds: number): Promise<string> {
    const { ID } = await this.#call("make a session in", (common) => this.#consul.session.create({ ...common, name, ttl: `${seconds}s`, behavior: "delete", lockdelay: "0s" }));
    return ID;
  }

  /** Answers whether the session still is. */
  async renewSession(id: string): Promise<boolean> {
    try {
      await this.#call("renew the session in", (common) => this.#consul.session.renew({ ...common, id }));
      return true;
    } catch (thrown) {
      if (thrown instanceof AppError && (thrown.cause as { statusCode?: number } | undefined)?.statusCode === 404) return false;
      throw thrown;
    }
  }

  async destroySession(id: string): Promise<void> {
    await this.#call("end the session in", (common) => this.#consul.session.destroy({ ...common, id }));
  }

  async read(key: string): Promise<HeldKey | undefined> {
    const found = (await this.#call(`read "${key}" from`, (common) => this.#consul.kv.get({ ...common, key }))) as unknown as Row | undefined;
    return found && fromRow(found);
  }

  /** All keys that begin with a text. */
  async readBelow(prefix: string): Promise<HeldKey[]> {
    const found = (await this.#call(`read "${prefix}" from`, (common) => this.#consul.kv.get({ ...common, key: prefix, recurse: true }))) as unknown as readonly Row[] | undefined;
    return (found ?? []).map(fromRow);
  }

  /** Those of the keys that exist. */
  async readAll(keys: readonly string[]): Promise<HeldKey[]> {
    const found: HeldKey[] = [];
    for (let from = 0; from < keys.length; from += OPERATIONS_AT_ONCE) {
      let some = keys.slice(from, from + OPERATIONS_AT_ONCE);
      while (some.length > 0) {
        const answer = await this.transact("read registrations from", some.map((Key) => ({ Verb: "get", Key })));
        if (!("refused" in answer)) {
          found.push(...answer.rows.map((row) => ({ ...fromRow(row), value: Buffer.from(row.Value ?? "", "base64").toString() })));
          break;
        }
        // A key that does not exist fails the transaction.
        const missing = new Set(answer.refused.map(({ at }) => at));
        if (missing.size === 0) throw new AppError("BACKEND_REFUSED", `Cannot read registrations from Consul at ${this.address}: it does not say which are missing`);
        some = some.filter((_, at) => !missing.has(at));
      }
    }
    return found;
  }

  /** Does all or nothing. */
  async transact(act: string, operations: readonly Operation[]): Promise<{ readonly rows: readonly Row[] } | { readonly refused: readonly Refusal[] }> {
    try {
      const answer = await this.#call(act, (common) => this.#consul.transaction.create(operations.map((KV) => ({ KV })) as never, { ...common } as never));
      return { rows: ((answer.Results ?? []) as readonly { readonly KV: Row }[]).map(({ KV }) => KV) };
    } catch (thrown) {
      const refused = refusalsOf(thrown);
      if (refused.length === 0 || (thrown as AppError).code === "BACKEND_DENIED") throw thrown;
      return { refused };
    }
  }

  close(): void {
    this.#target.agent.destroy();
  }

  async #call<T>(act: string, request: (common: { readonly token?: string; readonly dc?: string }) => Promise<T>): Promise<T> {
    const token = await this.#token();
    try {
      return await request({ ...(token !== undefined && { token }), ...(this.#datacenter !== undefined && { dc: this.#datacenter }) });
    } catch (thrown) {
      await this.#target.renew();
      throw callError(`Cannot ${act} Consul at ${this.address}`, thrown);
    }
  }
}

interface Row {
  readonly Key: string;
  readonly Value: string | null;
  readonly ModifyIndex: number;
  readonly Session?: string;
}

function fromRow({ Key, Value, ModifyIndex, Session }: Row): HeldKey {
  return { key: Key, value: Value ?? "", index: ModifyIndex, session: Session };
}

function refusalsOf(thrown: unknown): Refusal[] {
  const { response } = ((thrown as { cause?: unknown }).cause ?? {}) as { readonly response?: { readonly body?: { readonly Errors?: readonly { readonly OpIndex: number; readonly What: string }[] } } };
  return (response?.body?.Errors ?? []).map(({ OpIndex, What }) => ({ at: OpIndex, why: What }));
}

function callError(doing: string, thrown: unknown): AppError {
  const { statusCode, response } = thrown as { statusCode?: number; response?: { body?: unknown } };
  if (statusCode === undefined) return failure(doing, thrown);
  const said = typeof response?.body === "string" ? response.body.trim() : refusalsOf({ cause: thrown }).map(({ why }) => why).join(", ");
  const reason = said === "" ? `status ${statusCode}` : said;
  // A transaction that may not write is a conflict to Consul.
  if (statusCode === 401 || statusCode === 403 || /permission denied|ACL not found/i.test(said)) return new AppError("BACKEND_DENIED", `${doing}: ${reason}`, { hint: 'The token needs session "write", and key "write" for the layout\'s keys and "_remora/registrars/"', cause: thrown });
  return new AppError(statusCode >= 500 && /No cluster leader|rpc error|no known Consul servers/i.test(said) || (statusCode >= 502 && statusCode <= 504) ? "BACKEND_UNREACHABLE" : "BACKEND_REFUSED", `${doing}: ${reason}`, { cause: thrown });
}
