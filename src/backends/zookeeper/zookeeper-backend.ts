import { unlessAborted } from "../../core/abort.ts";
import { aclOf } from "../../clients/zookeeper/acl.ts";
import { digestOf } from "../../clients/zookeeper/login.ts";
import { ZookeeperSession, type ZookeeperEvent } from "../../clients/zookeeper/session.ts";
import type { Backend, BackendPorts, ChangeBatch, Reading, ReadOptions, Writer } from "../../core/backend.ts";
import { AppError } from "../../core/error.ts";
import { covering, type Key, ROOT } from "../../core/key.ts";
import { named, positionOf, replicaAt, type ReplicaPosition, watchReplica } from "../replica.ts";
import type { ZookeeperOptions } from "../zookeeper.ts";
import { zookeeperError } from "./errors.ts";
import { type Paths, pathsBelow } from "./paths.ts";
import { ZookeeperTree } from "./tree.ts";

/** Opens the backend; ZooKeeper itself is reached for when something is read. */
export function openZookeeper(options: ZookeeperOptions, ports: BackendPorts): Backend {
  if (options.password !== undefined) ports.mask.add(options.password);
  return new ZookeeperBackend(options, ports);
}

/** Reads prefixes into a tree, which is kept true by watches for as long as a session lasts; another session reads again. */
class ZookeeperBackend implements Backend {
  readonly name = "zookeeper";
  readonly resumes = false;
  readonly #options: ZookeeperOptions;
  readonly #ports: BackendPorts;
  readonly #paths: Paths;
  #open: { readonly session: ZookeeperSession; readonly tree: ZookeeperTree } | undefined;
  #closed = false;

  constructor(options: ZookeeperOptions, ports: BackendPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#paths = pathsBelow(options.chroot ?? ROOT);
  }

  cover(prefixes: readonly Key[]): Key[] {
    return covering(prefixes);
  }

  async read(prefixes: readonly Key[], { signal, onProgress }: ReadOptions): Promise<Reading> {
    signal.throwIfAborted();
    try {
      const tree = await this.#live(signal);
      await unlessAborted(tree.read(prefixes, signal, onProgress), signal);
      return { position: positionOf(tree), entries: tree.entries(prefixes) };
    } catch (thrown) {
      signal.throwIfAborted();
      throw zookeeperError(`Cannot read ${named(prefixes)} from ZooKeeper at ${this.#address}`, thrown);
    }
  }

  async *watch(prefixes: readonly Key[], since: ReplicaPosition, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    const act = `Cannot watch ${named(prefixes)} in ZooKeeper at ${this.#address}`;
    const tree = replicaAt(since, prefixes);
    if (tree === undefined) throw new AppError("WATCH_STALE", `${act}: this is another session`);
    const { clock, random } = this.#ports;
    try {
      yield* watchReplica(tree, prefixes, { signal, clock, random, interval: 0 });
    } catch (thrown) {
      signal.throwIfAborted();
      throw zookeeperError(act, thrown);
    }
  }

  async writer(): Promise<Writer> {
    const { openZookeeperWriter } = await import("./writer.ts");
    const { acl, username } = this.#options;
    return openZookeeperWriter({ open: (signal) => this.#connect(() => {}, signal), acl: aclOf(acl, username), paths: this.#paths, address: this.#address, clock: this.#ports.clock });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#open?.session.end();
  }

  get #address(): string {
    return this.#options.servers.join(", ");
  }

  async #live(signal: AbortSignal): Promise<ZookeeperTree> {
    if (this.#open !== undefined && !this.#open.session.over.aborted) return this.#open.tree;
    let tree: ZookeeperTree | undefined;
    const session = await this.#connect((event) => tree?.note(event), signal);
    if (this.#closed) session.close(new Error("the backend was closed"));
    tree = new ZookeeperTree(session, this.#paths);
    this.#open = { session, tree };
    return tree;
  }

  async #connect(onEvent: (event: ZookeeperEvent) => void, signal: AbortSignal): Promise<ZookeeperSession> {
    const { servers } = this.#options;
    const digest = await digestOf(this.#options, this.#ports);
    return ZookeeperSession.open({ servers, digest, clock: this.#ports.clock, onEvent }, signal);
  }
}
