import { Exception } from "node-zookeeper-client";
import { isCode } from "../../clients/zookeeper/package.ts";
import type { ZookeeperEvent, ZookeeperNode, ZookeeperSession } from "../../clients/zookeeper/session.ts";
import { type Entry, toValue } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { covering, covers, type Key, ROOT } from "../../core/key.ts";
import { below, type Replica, Watchers } from "../replica.ts";
import { canBeNode, type Paths, pathsOf } from "./paths.ts";

/** While nodes are written without a pause, what was read is told after so many rounds. */
const MOST_ROUNDS = 100;
const AT_ONCE = 100;

/** A node of which both parts are watched. */
interface Known {
  node?: ZookeeperNode;
  /** Undefined where it can have none. */
  children?: readonly string[] | undefined;
}

/**
 * A copy of the nodes at and below some prefixes, for as long as a session lasts. Each node is watched, what it holds and its
 * children. ZooKeeper tells of a change before it answers a later request with it: so when all that was told is read, and nothing
 * else was told meanwhile, the copy is what ZooKeeper held at the last answer, whole transactions.
 */
export class ZookeeperTree implements Replica {
  readonly watchers = new Watchers();
  readonly #paths: Paths;
  readonly #session: ZookeeperSession;
  readonly #known = new Map<string, Known>();
  readonly #roots = new Set<string>();
  /** Which parts of which nodes are to be read. */
  #due = new Map<string, Set<"data" | "children">>();
  /** What changed and was not told to the watchers. */
  readonly #untold = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #prefixes: readonly Key[] = [];
  #revision = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(session: ZookeeperSession, paths: Paths) {
    this.#session = session;
    this.#paths = paths;
  }

  get over(): AbortSignal {
    return this.#session.over;
  }

  get prefixes(): readonly Key[] {
    return this.#prefixes;
  }

  /** The highest transaction that wrote one of the nodes. */
  get revision(): number {
    return this.#revision;
  }

  entries(prefixes: readonly Key[]): Entry[] {
    const isBelow = below(prefixes);
    return [...this.#known.keys()].map((path) => this.#paths.keyOf(path)).flatMap((key) => (isBelow(key) ? (this.entry(key) ?? []) : []));
  }

  /** A node with children and without content is a directory, and no key. */
  entry(key: Key): Entry | undefined {
    const { node, children = [] } = this.#known.get(this.#paths.pathOf(key)) ?? {};
    if (node === undefined || key === ROOT || (node.data.length === 0 && children.length > 0)) return undefined;
    return { key, value: toValue(node.data), revision: revisionOf(node) };
  }

  onMore(callback: () => void): () => void {
    this.#waiting.add(callback);
    if (this.#due.size > 0) callback();
    return () => void this.#waiting.delete(callback);
  }

  /** To be called with what the session tells. */
  note({ path, what }: ZookeeperEvent): void {
    if (!this.#known.has(path) && !this.#roots.has(path)) return;
    this.#isDue(path, ...(what === "node" ? (["data", "children"] as const) : [what]));
    for (const callback of [...this.#waiting]) callback();
  }

  /** Reads what is at and below these prefixes, and watches it. */
  read(prefixes: readonly Key[], signal: AbortSignal, onProgress?: (entries: number) => void): Promise<void> {
    return this.#inTurn(async () => {
      for (const prefix of prefixes.filter(canBeNode)) {
        const path = this.#paths.pathOf(prefix);
        if (!this.#prefixes.some((known) => covers(known, prefix))) this.#isDue(path, "data", "children");
        this.#roots.add(path);
      }
      await this.#catchUp(signal, onProgress);
      this.#prefixes = covering([...this.#prefixes, ...prefixes]);
    });
  }

  refresh(signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#catchUp(signal));
  }

  reread(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      for (const path of new Set([...this.#roots, ...this.#known.keys()])) this.#isDue(path, "data", "children");
      await this.#catchUp(signal);
    });
  }

  async beat(signal: AbortSignal): Promise<void> {
    await this.#session.ask(signal, (client) => new Promise<void>((resolve, reject) => client.exists("/", (error) => (error ? reject(error) : resolve()))));
  }

  async #catchUp(signal: AbortSignal, onProgress?: (entries: number) => void): Promise<void> {
    let count = 0;
    const onNode = () => void ((count += 1) % AT_ONCE === 0 && onProgress?.(count));
    for (let round = 0; round < MOST_ROUNDS && this.#due.size > 0; round += 1) await this.#readDue(signal, onNode);
    onProgress?.(count);
    this.watchers.tell([...this.#untold].map((path) => this.#paths.keyOf(path)));
    this.#untold.clear();
  }

  /** Reads what is due; what is not read because of an error stays due. */
  async #readDue(signal: AbortSignal, onNode: () => void): Promise<void> {
    const rest = [...this.#due].values();
    this.#due = new Map();
    const failures: unknown[] = [];
    const work = async () => {
      for (const [path, parts] of rest) {
        try {
          await this.#readNode(path, parts, signal);
          onNode();
        } catch (thrown) {
          failures.push(thrown);
        }
        if (failures.length === 0) continue;
        this.#isDue(path, ...parts);
        return;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (failures.length === 0) return;
    for (const [path, parts] of rest) this.#isDue(path, ...parts);
    throw failures[0];
  }

  async #readNode(path: string, parts: ReadonlySet<"data" | "children">, signal: AbortSignal): Promise<void> {
    // Known before it is read: what happens to it may be told before we see the answer that watches it.
    const known = this.#known.get(path) ?? {};
    this.#known.set(path, known);
    try {
      const [node, children] = await Promise.all([parts.has("data") ? this.#session.data(path, signal) : undefined, parts.has("children") ? this.#session.children(path, signal) : undefined]);
      const isGone = (parts.has("data") && node === undefined) || (parts.has("children") && children === undefined);
      // The children of the node above it told meanwhile that it is gone.
      if (this.#known.get(path) !== known) return;
      if (isGone) return await this.#forget(path, signal);
      this.#untold.add(path);
      if (node !== undefined) {
        known.node = node;
        this.#revision = Math.max(this.#revision, revisionOf(node));
      }
      if (children !== undefined) this.#takeChildren(path, known, children);
    } catch (thrown) {
      if (!isCode(thrown, Exception.NO_AUTH)) throw thrown;
      throw new AppError("BACKEND_DENIED", `Cannot read "${this.#paths.keyOf(path)}" from ZooKeeper: the node's ACL does not allow it`, { cause: thrown, hint: 'Set "username" and "password_file" of [backends.zookeeper] to a user that may' });
    }
  }

  #takeChildren(path: string, known: Known, names: readonly string[]): void {
    const now = new Set(pathsOf(path, names));
    for (const child of known.children ?? []) if (!now.has(child)) this.#drop(child);
    for (const child of now) if (!this.#known.has(child)) this.#isDue(child, "data", "children");
    known.children = [...now];
  }

  /** A node that is gone; that of a prefix may come again. */
  async #forget(path: string, signal: AbortSignal): Promise<void> {
    this.#drop(path);
    if (this.#roots.has(path) && (await this.#session.exists(path, signal))) this.#isDue(path, "data", "children");
  }

  #drop(path: string): void {
    for (const child of this.#known.get(path)?.children ?? []) this.#drop(child);
    if (this.#known.delete(path)) this.#untold.add(path);
    if (!this.#roots.has(path)) this.#due.delete(path);
  }

  #isDue(path: string, ...parts: ("data" | "children")[]): void {
    const due = this.#due.get(path) ?? new Set();
    for (const part of parts) due.add(part);
    this.#due.set(path, due);
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act, act);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

function revisionOf({ stat }: ZookeeperNode): number {
  return Number(stat.mzxid.readBigUInt64BE());
}
