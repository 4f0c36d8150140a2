import { isDenied, isOutOfRange } from "../../clients/etcd/rpc-error.ts";
import { type RangeReading, readRange } from "../../clients/etcd/range.ts";
import type { Reading, ReadOptions } from "../../core/backend.ts";
import type { Entry } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import type { Key } from "../../core/key.ts";
import { type EtcdContext, readableRanges } from "./context.ts";
import { describeReading, toBackendError } from "./errors.ts";
import { type EtcdPosition, toEtcdPosition } from "./position.ts";
import { type PrefixRange, rangesOf } from "./ranges.ts";

/** Reads all prefixes as of one revision. */
export async function readPrefixes(context: EtcdContext, prefixes: readonly Key[], options: ReadOptions): Promise<Reading> {
  const act = describeReading(prefixes, context.endpoints);
  for (let tries = 1; ; tries++) {
    try {
      return await readAtOneRevision(context, prefixes, options);
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason;
      // The revision was compacted while we read its pages: there is a newer one to read.
      const compacted = options.at === undefined && isOutOfRange(error);
      if (!compacted || tries === MOST_TRIES) throw toBackendError(error, act);
    }
  }
}

async function readAtOneRevision(context: EtcdContext, prefixes: readonly Key[], { at, signal, onProgress }: ReadOptions): Promise<Reading> {
  const ranges = prefixes.flatMap(rangesOf);
  let count = 0;
  const onPage = (keys: number) => onProgress?.((count += keys));
  const read = (range: PrefixRange, revision: number) => readIfAllowed(context, range, (allowed) => readRange(context.client, allowed, { revision, signal, onPage }));

  // The first answer tells the revision at which the others are read.
  const readings: RangeReading[] = [];
  let asked = 0;
  while (readings.length === 0 && asked < ranges.length) readings.push(...(await read(ranges[asked++] as PrefixRange, at?.revision ?? 0)));
  const position = positionOf(readings[0], at, prefixes, context);
  readings.push(...(await inParallel(ranges.slice(asked), (range) => read(range, position.revision))));

  readableRanges(prefixes, context);
  return { position, entries: entriesOf(readings, context) };
}

/** One reading, or none when the user may not read the range. */
async function readIfAllowed({ denied }: EtcdContext, range: PrefixRange, read: (range: PrefixRange) => Promise<RangeReading>): Promise<RangeReading[]> {
  try {
    const reading = await read(range);
    denied.delete(range.name);
    return [reading];
  } catch (error) {
    if (!isDenied(error)) throw error;
    denied.add(range.name);
    return [];
  }
}

function positionOf(first: RangeReading | undefined, at: ReadOptions["at"], prefixes: readonly Key[], { endpoints }: EtcdContext): EtcdPosition {
  const clusterId = first?.header.clusterId ?? "";
  if (at === undefined || at.revision === 0) return { revision: first?.header.revision ?? 0, clusterId };
  const { clusterId: expected, reached } = toEtcdPosition(at);
  if (first !== undefined && expected !== undefined && expected !== clusterId) {
    throw new AppError("WATCH_STALE", `${describeReading(prefixes, endpoints)} as of revision ${at.revision}: this is another cluster now`);
  }
  // In a catch-up some range may be behind this revision: its watch goes on from where it is.
  return { revision: at.revision, clusterId, reached };
}

async function inParallel<T, R>(items: readonly T[], act: (item: T) => Promise<readonly R[]>): Promise<R[]> {
  const results: (readonly R[])[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < items.length; index = next++) {
      try {
        results[index] = await act(items[index] as T);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, work));
  return results.flat();
}

function entriesOf(readings: readonly RangeReading[], { entries }: EtcdContext): Entry[] {
  const found: Entry[] = [];
  for (const { kvs } of readings) {
    for (const kv of kvs) {
      const entry = entries.entry(kv);
      if (entry !== undefined) found.push(entry);
    }
  }
  return found;
}

const MOST_TRIES = 3;
const PARALLEL_READS = 8;
