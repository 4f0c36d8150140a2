import type { Key } from "./key.ts";

/** One in a queue of processes. */
export interface Waiting {
  readonly id: string;
  /** What it says of itself. */
  readonly note: string;
}

/** A place in a queue that many processes keep in one backend; it ends with this process, however that ends. All methods throw BACKEND_* errors. */
export interface QueuePlace extends AsyncDisposable {
  readonly id: string;
  /** Aborts when the place is lost: the backend was away for longer than it keeps it. */
  readonly lost: AbortSignal;
  /** All who are in it, who came first is first. */
  list(): Promise<readonly Waiting[]>;
  /** Says something else of this process. */
  say(note: string): Promise<void>;
}

/** Takes a place behind those who are in the queue. */
export type JoinQueue = (key: Key, note: string) => Promise<QueuePlace>;
