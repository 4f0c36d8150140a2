import type { Instance } from "./instance.ts";

/** Says what should be registered: this container, or all containers of this host. */
export interface Source {
  readonly name: string;
  /**
   * Yields everything that should be registered, each time it became other than it was, and first as soon as all of it is known.
   * What it reads from may be away for ever: it goes on trying, and ends only when the signal aborts, with its reason.
   */
  instances(signal: AbortSignal): AsyncIterable<readonly Instance[]>;
  /** What it knows of and did not name in its last list, each with the reason: "web waits for its checks". */
  waiting?(): readonly string[];
}
