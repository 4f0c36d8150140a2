import { openTarget } from "../../clients/consul/open-target.ts";
import { VaultClient, VaultRefusal } from "../../clients/vault/client.ts";
import { VaultLogin } from "../../clients/vault/login.ts";
import type { Backend, BackendPorts, ChangeBatch, Reading, ReadOptions } from "../../core/backend.ts";
import type { Entry } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { covering, joinKey, type Key, relativeKey, ROOT } from "../../core/key.ts";
import { below, named, positionOf, replicaAt, type ReplicaPosition, watchReplica } from "../replica.ts";
import type { VaultOptions } from "../vault.ts";
import { vaultError } from "./errors.ts";
import { PolledCopy } from "./polled-copy.ts";
import { isOrdinary, keysOf } from "./values.ts";
import { type AskVault, readMounts, readSecrets } from "./walk.ts";

const INTERVAL_MS = 30_000;
const GOODBYE_MS = 1_000;

/** Opens the backend; Vault itself is reached for when something is read. */
export async function openVault(options: VaultOptions, ports: BackendPorts): Promise<Backend> {
  const target = await openTarget({ ...options, table: "backends.vault" }, ports);
  const client = new VaultClient({ target, namespace: options.namespace, clock: ports.clock });
  return new VaultBackend(options, client, new VaultLogin(client, options, ports), ports);
}

/** Reads secrets, and reads them again: Vault tells nobody what changes. Every entry is a secret. */
class VaultBackend implements Backend {
  readonly name = "vault";
  readonly resumes = false;
  readonly #options: VaultOptions;
  readonly #client: VaultClient;
  readonly #login: VaultLogin;
  readonly #ports: BackendPorts;
  readonly #copy: PolledCopy;
  readonly #denied = new Set<Key>();

  constructor(options: VaultOptions, client: VaultClient, login: VaultLogin, ports: BackendPorts) {
    this.#options = options;
    this.#client = client;
    this.#login = login;
    this.#ports = ports;
    this.#copy = new PolledCopy((prefixes, signal) => this.#readAll(prefixes, signal));
  }

  cover(prefixes: readonly Key[]): Key[] {
    return covering(prefixes);
  }

  async read(prefixes: readonly Key[], { signal, onProgress }: ReadOptions): Promise<Reading> {
    signal.throwIfAborted();
    try {
      await this.#copy.read(prefixes, signal);
      const entries = this.#copy.entries(prefixes);
      onProgress?.(entries.length);
      return { position: positionOf(this.#copy), entries };
    } catch (thrown) {
      signal.throwIfAborted();
      throw vaultError(`Cannot read ${named(prefixes)} from Vault at ${this.#options.address}`, thrown);
    }
  }

  async *watch(prefixes: readonly Key[], since: ReplicaPosition, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    const act = `Cannot read ${named(prefixes)} again from Vault at ${this.#options.address}`;
    const copy = replicaAt(since, prefixes);
    if (copy === undefined) throw new AppError("WATCH_STALE", `${act}: it was not read here`);
    const { clock, random } = this.#ports;
    try {
      yield* watchReplica(copy, prefixes, { signal, clock, random, interval: this.#options.interval ?? INTERVAL_MS });
    } catch (thrown) {
      signal.throwIfAborted();
      throw vaultError(act, thrown);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const late = new AbortController();
    const cancel = this.#ports.clock.after(GOODBYE_MS, () => late.abort(new Error("it did not answer in time")));
    // A token that is left behind ends by itself.
    await this.#login.end(late.signal).catch(() => {});
    cancel();
    this.#client.close();
  }

  async #readAll(prefixes: readonly Key[], signal: AbortSignal): Promise<Entry[]> {
    try {
      return await this.#readWith(await this.#login.token(signal), prefixes, signal);
    } catch (thrown) {
      // A token that was taken away looks like one that lacks a permission.
      if (!(thrown instanceof VaultRefusal) || thrown.status !== FORBIDDEN || (await this.#login.isGood(signal))) throw thrown;
      this.#login.forget();
      return await this.#readWith(await this.#login.token(signal), prefixes, signal);
    }
  }

  async #readWith(token: string, prefixes: readonly Key[], signal: AbortSignal): Promise<Entry[]> {
    const { root = ROOT } = this.#options;
    const ask: AskVault = (path) => this.#client.get(path, token, signal);
    const mounts = await readMounts(ask);
    const entries = new Map<Key, Entry>();
    for (const prefix of prefixes) {
      const isBelow = below([prefix]);
      for (const { path, version, data } of await readSecrets(joinKey(root, prefix), mounts, ask, (denied) => this.#warnOf(denied))) {
        for (const [key, value] of keysOf(path, data)) {
          const own = relativeKey(root, key);
          if (own === ROOT || !isBelow(own)) continue;
          if (!isOrdinary(value)) this.#ports.mask.add(value);
          entries.set(own, { key: own, value, revision: version, secret: true });
        }
      }
    }
    return [...entries.values()];
  }

  #warnOf(path: Key): void {
    if (this.#denied.has(path)) return;
    this.#denied.add(path);
    this.#ports.log.warn("Left out what the token may not read", { backend: this.name, path });
  }
}

const FORBIDDEN = 403;
