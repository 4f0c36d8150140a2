import type { Etcd3, ICompare, IKeyValue, IRequestOp } from "../../clients/etcd/etcd3.ts";
import { attemptEtcd3 } from "../../clients/etcd/open-etcd3.ts";
import type { AppError } from "../../core/error.ts";

export interface Lease {
  /** As a decimal number, which may be too large for JavaScript's. */
  readonly id: string;
  /** What is left, in seconds; zero or less when it is gone. */
  readonly left: number;
  readonly keys: readonly Buffer[];
}

/** A key, with the revision that it was last written at and its lease, "0" for none. */
export interface StoredKey {
  readonly key: string;
  readonly value: string;
  readonly revision: string;
  readonly lease: string;
}

// etcd refuses transactions of more than 128 operations, unless it is configured otherwise.
const OPERATIONS_AT_ONCE = 100;

/** The calls of etcd that a registrar makes, over the etcd3 package, to one member at a time. All throw AppErrors. */
export class EtcdCalls {
  readonly #open: (endpoint: string) => Promise<Etcd3>;
  readonly #endpoints: readonly string[];
  #client: Promise<Etcd3> | undefined;
  #turn = 0;

  constructor(open: (endpoint: string) => Promise<Etcd3>, endpoints: readonly string[]) {
    this.#open = open;
    this.#endpoints = endpoints;
  }

  /** Answers the id of a new lease. */
  grant(seconds: number): Promise<string> {
    return this.#attempt("get a lease from", async ({ leaseClient }) => (await leaseClient.leaseGrant({ TTL: seconds })).ID);
  }

  lease(id: string): Promise<Lease> {
    return this.#attempt("read a lease of", async ({ leaseClient }) => {
      const { TTL, keys } = await leaseClient.leaseTimeToLive({ ID: id, keys: true });
      return { id, left: Number(TTL), keys };
    });
  }

  revoke(id: string): Promise<void> {
    return this.#attempt("revoke a lease of", async ({ leaseClient }) => void (await leaseClient.leaseRevoke({ ID: id })));
  }

  /** Opens a stream that keeps leases alive. */
  keepAliveStream(): ReturnType<Etcd3["leaseClient"]["leaseKeepAlive"]> {
    return this.#attempt("keep a lease alive in", ({ leaseClient }) => leaseClient.leaseKeepAlive());
  }

  async read(keys: readonly (string | Buffer)[]): Promise<StoredKey[]> {
    const found: StoredKey[] = [];
    for (let at = 0; at < keys.length; at += OPERATIONS_AT_ONCE) {
      const success = keys.slice(at, at + OPERATIONS_AT_ONCE).map((key) => ({ request_range: { key: Buffer.from(key) } }));
      const { responses } = await this.#attempt("read registrations from", ({ kv }) => kv.txn({ success }));
      for (const { response_range } of responses) found.push(...response_range.kvs.map(toStoredKey));
    }
    return found;
  }

  /** Puts a key under a lease if it was last written at a revision, "0" for a key that does not exist; else answers how the key is now. */
  async put({ key, value, lease }: { readonly key: string; readonly value: string; readonly lease: string }, revision: string): Promise<"written" | StoredKey | undefined> {
    const success = [{ request_put: { key: Buffer.from(key), value: Buffer.from(value), lease } }];
    const failure = [{ request_range: { key: Buffer.from(key) } }];
    const { succeeded, responses } = await this.#txn(`write "${key}" in`, { compare: [atRevision(key, revision)], success, failure });
    return succeeded ? "written" : responses[0]?.response_range.kvs.map(toStoredKey)[0];
  }

  /** Deletes a key if it is under the lease. */
  async delete(key: string, lease: string): Promise<void> {
    await this.#txn(`delete "${key}" in`, { compare: [underLease(key, lease)], success: [{ request_delete_range: { key: Buffer.from(key) } }] });
  }

  /** Puts keys that are under one lease under another, without their values changing. */
  async move(keys: readonly Buffer[], from: string, to: string): Promise<void> {
    for (let at = 0; at < keys.length; at += OPERATIONS_AT_ONCE / 2) {
      const success = keys.slice(at, at + OPERATIONS_AT_ONCE / 2).map((key): IRequestOp => ({
        request_txn: { compare: [underLease(key, from)], success: [{ request_put: { key, lease: to, ignore_value: true } }] },
      }));
      await this.#txn("move registrations to another lease of", { success });
    }
  }

  /** Gives up the connections, so that the next call goes to the next member over new ones. */
  async disconnect(): Promise<void> {
    const former = this.#client;
    this.#client = undefined;
    this.#turn += 1;
    (await former?.catch(() => undefined))?.close();
  }

  #txn(act: string, request: { compare?: ICompare[]; success?: IRequestOp[]; failure?: IRequestOp[] }): ReturnType<Etcd3["kv"]["txn"]> {
    return this.#attempt(act, ({ kv }) => kv.txn(request));
  }

  /** Calls one member after another until one answers: whatever is called does nothing more when it is called twice. */
  async #attempt<T>(act: string, call: (client: Etcd3) => Promise<T>): Promise<T> {
    for (let left = this.#endpoints.length - 1; ; left--) {
      const client = this.#connected();
      try {
        return await attemptEtcd3(act, { endpoints: this.#endpoints }, async () => call(await client));
      } catch (thrown) {
        const { code } = thrown as AppError;
        // Certificates and password are read anew for the next connection.
        if ((code === "BACKEND_UNREACHABLE" || code === "BACKEND_DENIED") && this.#client === client) await this.disconnect();
        if (code !== "BACKEND_UNREACHABLE" || left <= 0) throw thrown;
      }
    }
  }

  #connected(): Promise<Etcd3> {
    this.#client ??= this.#open(this.#endpoints[this.#turn % this.#endpoints.length] as string);
    return this.#client;
  }
}

/** Of a key that does not exist the revision is "0". */
function atRevision(key: string, revision: string): ICompare {
  return { key: Buffer.from(key), target: "Mod", result: "Equal", mod_revision: revision };
}

function underLease(key: string | Buffer, lease: string): ICompare {
  return { key: Buffer.from(key), target: "Lease", result: "Equal", lease };
}

function toStoredKey({ key, value, mod_revision, lease }: IKeyValue): StoredKey {
  return { key: key.toString(), value: value.toString(), revision: mod_revision, lease };
}
