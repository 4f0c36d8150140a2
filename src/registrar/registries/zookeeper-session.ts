import { type ACL, type Client, createClient, CreateMode, Exception, State, type Stat, type Transaction } from "node-zookeeper-client";
import { aclOf, type ZookeeperAccess } from "../../clients/zookeeper/acl.ts";
import { digestOf, type ZookeeperLogin } from "../../clients/zookeeper/login.ts";
import { answerOf, close, cut, isCode } from "../../clients/zookeeper/package.ts";
import { AppError, reason } from "../../core/error.ts";
import { type Key, ROOT } from "../../core/key.ts";
import type { Clock, Files, Mask } from "../../core/ports.ts";
import { unlessAborted } from "../../core/abort.ts";

/** A node as it was read. */
export interface ZookeeperNode {
  readonly value: string;
  /** The session that it ends with, hexadecimal; zeros for one that stays. */
  readonly session: string;
}

export interface ZookeeperSessionOptions extends ZookeeperLogin {
  readonly servers: readonly string[];
  /** The node that all paths are below. */
  readonly chroot?: Key | undefined;
  readonly acl?: ZookeeperAccess | undefined;
  /** How long the session outlives its connection, in milliseconds. */
  readonly timeout: number;
  readonly ports: { readonly clock: Clock; readonly files: Files; readonly mask: Mask };
}

// The package itself waits for ever on a path that carries nothing, and calls the session connected all the while.
const DEADLINE_MS = 3_000;
const GOODBYE_MS = 1_000;

/** One session through the package "node-zookeeper-client", begun anew when it was lost. All methods throw BACKEND_* errors, or the signal's reason. */
export class ZookeeperSession implements AsyncDisposable {
  readonly #options: ZookeeperSessionOptions;
  readonly #servers: string;
  readonly #root: string;
  readonly #acl: ACL[];
  #client: Client | undefined;
  #connecting: Promise<Client> | undefined;

  constructor(options: ZookeeperSessionOptions) {
    const { servers, chroot = ROOT, acl, username } = options;
    this.#options = options;
    this.#servers = servers.join(",");
    this.#root = chroot === ROOT ? "" : chroot;
    this.#acl = aclOf(acl, username);
  }

  /** This session, hexadecimal. */
  async id(signal: AbortSignal): Promise<string> {
    return this.#call("reach", signal, async (client) => client.getSessionId().toString("hex"));
  }

  /** Undefined where there is none. */
  async read(path: string, signal: AbortSignal): Promise<ZookeeperNode | undefined> {
    return this.#call(`read "${path}" from`, signal, (client) =>
      answerOf<ZookeeperNode | undefined>((done) =>
        client.getData(this.#root + path, (error: unknown, data: Buffer | undefined, stat: Stat) => {
          if (isCode(error, Exception.NO_NODE)) return done(undefined, undefined);
          done(error, error ? undefined : { value: data?.toString() ?? "", session: stat.ephemeralOwner.toString("hex") });
        }),
      ),
    );
  }

  /** Names below a node; none where there is no such node. */
  async children(path: string, signal: AbortSignal): Promise<string[]> {
    return this.#call(`read "${path}" from`, signal, (client) =>
      answerOf<string[]>((done) => client.getChildren(this.#root + path, (error: unknown, names: string[] | undefined) => (isCode(error, Exception.NO_NODE) ? done(undefined, []) : done(error, names ?? [])))),
    );
  }

  /** Makes a node that stays, with those above it; one that is there needs no right to make it. */
  async ensure(path: string, signal: AbortSignal): Promise<void> {
    await this.#call(`make "${path}" in`, signal, async (client) => {
      const missing: string[] = [];
      for (let node = this.#root + path; node !== "" && node !== "/" && !(await exists(client, node)); node = node.slice(0, node.lastIndexOf("/"))) missing.unshift(node);
      for (const node of missing) await create(client, node, this.#acl);
    });
  }

  async write(path: string, value: string, signal: AbortSignal): Promise<void> {
    await this.#call(`write "${path}" to`, signal, (client) => answerOf((done) => client.setData(this.#root + path, Buffer.from(value), -1, (error: unknown) => done(error, undefined))));
  }

  /** Removes and makes nodes, all or none; answers false when others changed one of them just before. */
  async change(act: string, { remove = [], create = {} }: { readonly remove?: readonly string[]; readonly create?: Readonly<Record<string, string>> }, signal: AbortSignal): Promise<boolean> {
    return this.#call(act, signal, (client) =>
      answerOf<boolean>((done) => {
        let transaction: Transaction = client.transaction();
        for (const path of remove) transaction = transaction.remove(this.#root + path, -1);
        for (const [path, value] of Object.entries(create)) transaction = transaction.create(this.#root + path, Buffer.from(value), this.#acl, CreateMode.EPHEMERAL);
        transaction.commit((error: unknown) => (RACES.some((code) => isCode(error, code)) ? done(undefined, false) : done(error, true)));
      }),
    );
  }

  /** Ends the session, and waits a moment for the server to say so: what is under it is gone then. */
  async [Symbol.asyncDispose](): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    const over = new AbortController();
    client.once("disconnected", () => over.abort());
    close(client);
    if (client.getState() !== State.DISCONNECTED) await this.#options.ports.clock.sleep(GOODBYE_MS, over.signal).catch(() => {});
    cut(client);
  }

  async #call<T>(act: string, signal: AbortSignal, request: (client: Client) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const over = new AbortController();
    const cancel = this.#options.ports.clock.after(DEADLINE_MS, () => over.abort(new Error(`it did not answer within ${DEADLINE_MS / 1_000} s`)));
    try {
      return await unlessAborted(unlessAborted(this.#connected(over.signal).then(request), over.signal), signal);
    } catch (thrown) {
      signal.throwIfAborted();
      // A connection that is lost or silent is not waited for: another one has its own session.
      if (thrown instanceof AppError) throw thrown;
      const isRefusal = thrown instanceof Exception && !LOST.some((code) => isCode(thrown, code));
      if (!isRefusal) this.#drop();
      const code = isCode(thrown, Exception.NO_AUTH) || isCode(thrown, Exception.AUTH_FAILED) ? "BACKEND_DENIED" : isRefusal ? "BACKEND_REFUSED" : "BACKEND_UNREACHABLE";
      throw new AppError(code, `Cannot ${act} ZooKeeper at ${this.#servers}: ${reason(thrown)}`, { hint: code === "BACKEND_DENIED" ? DENIED_HINT : undefined, cause: thrown });
    } finally {
      cancel();
    }
  }

  async #connected(signal: AbortSignal): Promise<Client> {
    if (this.#client?.getState() === State.SYNC_CONNECTED) return this.#client;
    this.#connecting ??= this.#connect(signal).finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  async #connect(signal: AbortSignal): Promise<Client> {
    this.#drop();
    const digest = await digestOf(this.#options, this.#options.ports);
    const client = createClient(this.#servers, { sessionTimeout: this.#options.timeout, retries: 0 });
    if (digest !== undefined) client.addAuthInfo("digest", Buffer.from(digest));
    this.#client = client;
    const connected = new Promise<void>((resolve) => client.once("connected", resolve));
    client.connect();
    await unlessAborted(connected, signal);
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    close(client);
    cut(client);
  }
}

const LOST = [Exception.CONNECTION_LOSS, Exception.SESSION_EXPIRED, Exception.OPERATION_TIMEOUT];
const RACES = [Exception.NO_NODE, Exception.NODE_EXISTS];
const DENIED_HINT = 'Set "username" and "password_file" of [backends.zookeeper] to a user that the ACLs of the nodes, and of those above them, let read, write, create and delete';

function exists(client: Client, path: string): Promise<boolean> {
  return answerOf<boolean>((done) => client.exists(path, (error: unknown, stat: Stat | null | undefined) => done(error, stat !== null && stat !== undefined)));
}

function create(client: Client, path: string, acl: ACL[]): Promise<void> {
  return answerOf<void>((done) => client.create(path, acl, (error: unknown) => done(isCode(error, Exception.NODE_EXISTS) ? undefined : error, undefined)));
}
