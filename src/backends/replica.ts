import { unlessAborted } from "../core/abort.ts";
import type { ChangeBatch, Position } from "../core/backend.ts";
import type { Change, Entry } from "../core/entry.ts";
import { covers, type Key, lineage, ROOT } from "../core/key.ts";
import type { Clock, Random } from "../core/ports.ts";

/** A copy of what a backend holds below some prefixes, kept true for as long as one connection or session lasts. */
export interface Replica {
  /** The highest revision that it has seen; 0 where there is none. */
  readonly revision: number;
  /** Aborts with the reason when it is kept true no longer. */
  readonly over: AbortSignal;
  readonly watchers: Watchers;
  /** What was read, and is kept true. */
  readonly prefixes: readonly Key[];
  /** All entries at and below the prefixes. */
  entries(prefixes: readonly Key[]): readonly Entry[];
  entry(key: Key): Entry | undefined;
  /** Calls back when something changed that was not read yet; the answer ends that. */
  onMore(callback: () => void): () => void;
  /** Reads what changed, and tells the watchers. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Reads everything again, whether something changed or not, and tells the watchers. */
  reread(signal: AbortSignal): Promise<void>;
  /** Makes sure that the connection carries something. */
  beat(signal: AbortSignal): Promise<void>;
}

/** Where a reading of a replica ended: only the same replica goes on from there. */
export interface ReplicaPosition extends Position {
  readonly replica?: Replica;
}

export function positionOf(replica: Replica): ReplicaPosition {
  return { revision: replica.revision, replica };
}

/** The replica of a position, where a watch of the prefixes can go on from there. */
export function replicaAt({ replica }: ReplicaPosition, prefixes: readonly Key[]): Replica | undefined {
  if (replica === undefined || replica.over.aborted) return undefined;
  return prefixes.every((prefix) => replica.prefixes.some((known) => covers(known, prefix))) ? replica : undefined;
}

/** What each watcher of a replica was not told yet. */
export class Watchers {
  readonly #all = new Set<Told>();

  join(): Told {
    const told: Told = { all: false, keys: new Set() };
    this.#all.add(told);
    return told;
  }

  leave(told: Told): void {
    this.#all.delete(told);
  }

  tell(keys: Iterable<Key>): void {
    const changed = [...keys];
    for (const told of this.#all) for (const key of changed) told.keys.add(key);
  }

  /** Everything may be other than it was. */
  tellAll(): void {
    for (const told of this.#all) told.all = true;
  }
}

export interface Told {
  all: boolean;
  readonly keys: Set<Key>;
}

const BEAT_MS = 5_000;

export interface WatchReplicaOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  /** How often everything is read again, in milliseconds; 0 is never. */
  readonly interval: number;
}

/** Yields all that it holds now, then what changes, until the signal aborts or the replica is over, whose reason it throws. */
export async function* watchReplica(replica: Replica, prefixes: readonly Key[], options: WatchReplicaOptions): AsyncGenerator<ChangeBatch> {
  const { clock, interval } = options;
  const told = replica.watchers.join();
  let readAt = clock.monotonic();
  try {
    await unlessAborted(replica.refresh(options.signal), options.signal);
    told.all = true;
    for (;;) {
      const due = interval === 0 ? Number.POSITIVE_INFINITY : readAt + interval - clock.monotonic();
      if (!told.all && told.keys.size === 0 && (await next(replica, due, options)) === "read again") readAt = clock.monotonic();
      const batch = batchOf(replica, told, prefixes);
      if (batch !== undefined) yield batch;
    }
  } finally {
    replica.watchers.leave(told);
  }
}

/** Waits until something changed, or the connection may have died, or everything is due. */
async function next(replica: Replica, dueMs: number, { signal, clock, random }: WatchReplicaOptions): Promise<"refreshed" | "read again" | "beaten"> {
  // A fleet does not come all at once.
  const spread = dueMs * (1 - random.fraction() / SPREAD);
  const changed = await waited(replica, Math.max(0, Math.min(BEAT_MS, spread)), clock, signal);
  signal.throwIfAborted();
  replica.over.throwIfAborted();
  if (changed) {
    await unlessAborted(replica.refresh(signal), signal);
    return "refreshed";
  }
  if (spread > BEAT_MS) {
    await unlessAborted(replica.beat(signal), signal);
    return "beaten";
  }
  await unlessAborted(replica.reread(signal), signal);
  return "read again";
}

const SPREAD = 10;

/** Answers whether something happened before the time was over. */
async function waited(replica: Replica, ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const waiting = new AbortController();
  const wake = () => waiting.abort();
  const ends = [replica.onMore(wake), listen(replica.over, wake), listen(signal, wake)];
  await clock.sleep(ms, waiting.signal).catch(() => {});
  for (const end of ends) end();
  return waiting.signal.aborted;
}

function listen(signal: AbortSignal, callback: () => void): () => void {
  signal.addEventListener("abort", callback, { once: true });
  if (signal.aborted) callback();
  return () => signal.removeEventListener("abort", callback);
}

function everything(replica: Replica, prefixes: readonly Key[]): ChangeBatch {
  return { kind: "subtree", prefix: ROOT, entries: replica.entries(prefixes), position: positionOf(replica) };
}

/** What the watcher was not told, which it is now. */
function batchOf(replica: Replica, told: Told, prefixes: readonly Key[]): ChangeBatch | undefined {
  const keys = [...told.keys].filter(below(prefixes));
  const { all } = told;
  told.keys.clear();
  told.all = false;
  if (all) return everything(replica, prefixes);
  if (keys.length === 0) return undefined;
  const changes = keys.map((key): Change => {
    const entry = replica.entry(key);
    return entry === undefined ? { type: "delete", key } : { type: "put", entry };
  });
  return { kind: "changes", changes, position: positionOf(replica) };
}

/** Tells whether a key is at or below one of the prefixes. */
export function below(prefixes: readonly Key[]): (key: Key) => boolean {
  const all = new Set(prefixes);
  return (key) => {
    for (const above of lineage(key)) if (all.has(above)) return true;
    return false;
  };
}

const MOST_NAMED = 3;

/** The prefixes for an error message: '"/a", "/b"'. */
export function named(prefixes: readonly Key[]): string {
  return prefixes.length <= MOST_NAMED ? prefixes.map((prefix) => `"${prefix}"`).join(", ") : `"${prefixes[0]}" and ${prefixes.length - 1} other prefixes`;
}
