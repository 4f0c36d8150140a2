import type { Backend, ChangeBatch, Position } from "../../src/core/backend.ts";
import { changedKey } from "../../src/core/entry.ts";
import { toKey } from "../../src/core/key.ts";

/** A watch whose batches are kept. */
export interface Watching {
  readonly batches: readonly ChangeBatch[];
  /** The keys of all batches that told of changes, in their order. */
  readonly keys: readonly string[];
  /** Where the last batch ended, or where the watch began. */
  readonly position: Position;
  /** What the watch threw. */
  readonly failure: Promise<unknown>;
  stop(): Promise<void>;
}

/** Follows prefixes and keeps all that comes, until the watch throws or is stopped. */
export function watching(backend: Backend, prefixes: readonly string[], since: Position): Watching {
  const stop = new AbortController();
  const batches: ChangeBatch[] = [];
  const failure = (async () => {
    for await (const batch of backend.watch(prefixes.map(toKey), since, stop.signal)) batches.push(batch);
  })().then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    batches,
    get keys() {
      return batches.flatMap((batch) => (batch.kind === "changes" ? batch.changes.map(changedKey) : []));
    },
    get position() {
      return batches.at(-1)?.position ?? since;
    },
    failure,
    async stop() {
      stop.abort();
      await failure;
    },
  };
}

/** Where the prefixes are now. */
export async function readPosition(backend: Backend, ...prefixes: string[]): Promise<Position> {
  return (await backend.read(prefixes.map(toKey), { signal: AbortSignal.timeout(10_000) })).position;
}
