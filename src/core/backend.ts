import type { Change, Entry, Value } from "./entry.ts";
import type { AppError } from "./error.ts";
import type { Key } from "./key.ts";
import type { Ports } from "./ports.ts";
import type { JoinQueue } from "./queue.ts";

/** What a backend needs to go on from where a reading or a batch ended; only the backend looks inside. */
export interface Position {
  /** The revision (etcd) or the highest index (Consul); 0 where the backend has none. */
  readonly revision: number;
}

/** All entries below some prefixes, from one moment. */
export interface Reading {
  readonly position: Position;
  readonly entries: readonly Entry[];
  /** Those of the prefixes that may not be read, and why; a backend itself throws of the first one. */
  readonly denied?: ReadonlyMap<Key, AppError> | undefined;
}

/** What became visible together. */
export type ChangeBatch =
  | { readonly kind: "changes"; readonly position: Position; readonly changes: readonly Change[] }
  /** All that is now below one prefix, from a backend that tells states and not changes. */
  | { readonly kind: "subtree"; readonly position: Position; readonly prefix: Key; readonly entries: readonly Entry[] };

export interface ReadOptions {
  /** Read as of this position and not later, where the backend can; throws WATCH_STALE when it is too old. */
  readonly at?: Position | undefined;
  readonly signal: AbortSignal;
  /** Called with the number of entries so far, for a progress line. */
  readonly onProgress?: ((entries: number) => void) | undefined;
}

/**
 * Where keys are read from. Every prefix covers itself and what is below it.
 * All methods throw AppErrors (BACKEND_*), or the signal's reason when it aborts.
 */
export interface Backend extends AsyncDisposable {
  readonly name: string;
  /** Whether a watch that broke can go on at its last position; else everything is read again. */
  readonly resumes: boolean;
  /** The prefixes to follow so that all of these are covered: a backend that pays for each one merges neighbours. */
  cover(prefixes: readonly Key[]): Key[];
  read(prefixes: readonly Key[], options: ReadOptions): Promise<Reading>;
  /**
   * Yields what changed after the position, for ever; a batch without changes tells that the watch stands. Ends by throwing:
   * WATCH_STALE when it cannot be resumed there (compacted, restored from an older state), any other BACKEND_* error when the
   * connection broke.
   */
  watch(prefixes: readonly Key[], since: Position, signal: AbortSignal): AsyncIterable<ChangeBatch>;
  /** Absent where nothing can be written. The package that writes is loaded when this is called. */
  writer?(): Promise<Writer>;
  /** Absent where no place in a queue would end with its process. */
  readonly joinQueue?: JoinQueue;
}

/** One key of a compare-and-swap. */
export interface Swap {
  readonly key: Key;
  /** What it holds, byte for byte; undefined: it does not exist. */
  readonly expected: Value | undefined;
  readonly value: Value;
}

/** Writes keys. Each call is durable when it resolves. */
export interface Writer extends AsyncDisposable {
  put(key: Key, value: string | Uint8Array): Promise<void>;
  /** Answers whether the key was there. */
  delete(key: Key): Promise<boolean>;
  /** Writes all of these (up to 64) in one transaction when each key holds what is expected; else writes none and answers false. */
  swap(swaps: readonly Swap[]): Promise<boolean>;
}

export type BackendPorts = Pick<Ports, "clock" | "log" | "random" | "files" | "follower" | "mask"> & {
  /** The process environment, as `main.ts` read it. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** A backend that can be chosen: light to import, heavy libraries are imported inside `open`. */
export interface BackendDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  /** Opens without waiting for a connection: an unreachable backend shows in `read`. */
  open(options: Options, ports: BackendPorts): Promise<Backend>;
  /** The options of a part of it that is reached by a name of its own: "consul@dc2" is a datacenter. Absent where there are none. */
  readonly part?: (options: Options, part: string) => Options;
}
