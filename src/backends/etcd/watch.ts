import type { Connection } from "../../clients/etcd/client.ts";
import { isLost, RpcError, STATUS } from "../../clients/etcd/rpc-error.ts";
import { openWatchStream, type WatchStream } from "../../clients/etcd/watch-stream.ts";
import type { ChangeBatch, Position } from "../../core/backend.ts";
import type { Key } from "../../core/key.ts";
import type { Clock } from "../../core/ports.ts";
import { type EtcdContext, readableRanges } from "./context.ts";
import { describeWatching, toBackendError } from "./errors.ts";
import { toEtcdPosition } from "./position.ts";
import type { PrefixRange } from "./ranges.ts";
import { RangeDenied, WatchProgress } from "./watch-progress.ts";

/** Yields the changes below the prefixes after the position, all on one stream. */
export async function* watchPrefixes(context: EtcdContext, prefixes: readonly Key[], since: Position, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
  const act = describeWatching(prefixes, context.endpoints);
  try {
    yield* followRanges(context, prefixes, since, act, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw toBackendError(error, act);
  }
}

async function* followRanges(context: EtcdContext, prefixes: readonly Key[], since: Position, act: string, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
  const { client } = context;
  const { connection, stream, progress } = await start(context, prefixes, since, act, signal);
  try {
    for (let first = true; ; first = false) {
      const batch = progress.batch(context.entries);
      if (batch !== undefined) yield batch;
      await stream.wait(signal);
      await settle(stream, progress, first && progress.isBehind, client.clock, signal);
    }
  } catch (error) {
    if (isLost(error)) client.drop(connection, error);
    throw error;
  } finally {
    stream.cancel();
  }
}

interface Started {
  readonly connection: Connection;
  readonly stream: WatchStream;
  readonly progress: WatchProgress;
}

/** Opens the stream and waits until all watches are created; ranges that may not be read are left out. */
async function start(context: EtcdContext, prefixes: readonly Key[], since: Position, act: string, signal: AbortSignal): Promise<Started> {
  for (;;) {
    const ranges = rangesToAskFor(prefixes, context);
    const progress = () => new WatchProgress(ranges, toEtcdPosition(since), act);
    try {
      return await context.client.run(signal, (connection) => create(connection, ranges, progress(), context.client.clock, signal));
    } catch (error) {
      if (!(error instanceof RangeDenied)) throw error;
      context.denied.add(error.range);
    }
  }
}

/** Throws BACKEND_DENIED when a prefix has none; they are then asked for again the next time, as the permission may be given back. */
function rangesToAskFor(prefixes: readonly Key[], context: EtcdContext): PrefixRange[] {
  try {
    return readableRanges(prefixes, context);
  } catch (error) {
    context.denied.clear();
    throw error;
  }
}

async function create(connection: Connection, ranges: readonly PrefixRange[], progress: WatchProgress, clock: Clock, signal: AbortSignal): Promise<Started> {
  const stream = openWatchStream(connection, ranges.map(({ name, key, end }) => ({ key, end, startRevision: progress.reached(name) + 1 })));
  const cancelDeadline = clock.after(CREATE_DEADLINE_MS, () => stream.fail(new RpcError(STATUS.deadlineExceeded, `no answer within ${CREATE_DEADLINE_MS / 1_000} s`)));
  try {
    while (!progress.isCreated) {
      await stream.wait(signal);
      progress.accept(stream.drain());
    }
    return { connection, stream, progress };
  } catch (error) {
    stream.cancel();
    throw error;
  } finally {
    cancelDeadline();
  }
}

/**
 * Takes in what belongs together: etcd tells each watch of its part of a transaction in an answer of its own. Of what was
 * missed, each watch is told in turns of at most 1,000 revisions, a tenth of a second apart.
 */
async function settle(stream: WatchStream, progress: WatchProgress, isCatchUp: boolean, clock: Clock, signal: AbortSignal): Promise<void> {
  progress.accept(stream.drain());
  if (!progress.hasSeveral) return;
  if (!isCatchUp) {
    // etcd before 3.4.25 and 3.5.8 may send one answer ahead of what its other watches have in hand.
    for (let i = 0; i < 2; i += 1) await passBarrier(stream, progress, clock, signal);
    if (!progress.isAnswering) await clock.sleep(SETTLE_MS, signal);
    return progress.accept(stream.drain());
  }
  const limit = clock.monotonic() + CATCH_UP_LIMIT_MS;
  for (let quiet = false; !quiet; ) {
    await clock.sleep(CATCH_UP_PAUSE_MS, signal);
    const more = stream.drain();
    progress.accept(more);
    quiet = more.length === 0 || clock.monotonic() >= limit;
  }
}

/** Waits until the server has sent what all watches had to tell when it was asked. A server that gives no answer is not asked again. */
async function passBarrier(stream: WatchStream, progress: WatchProgress, clock: Clock, signal: AbortSignal): Promise<void> {
  if (!progress.isAnswering) return;
  const { answers } = progress;
  const silent = new AbortController();
  const cancelDeadline = clock.after(BARRIER_MS, () => silent.abort());
  const either = AbortSignal.any([signal, silent.signal]);
  stream.askProgress();
  try {
    while (progress.answers === answers) {
      await stream.wait(either);
      progress.accept(stream.drain());
    }
  } catch (error) {
    if (signal.aborted || !silent.signal.aborted) throw error;
    progress.isAnswering = answers > 0;
  } finally {
    cancelDeadline();
  }
}

const CREATE_DEADLINE_MS = 5_000;
const BARRIER_MS = 1_000;
const SETTLE_MS = 2;
const CATCH_UP_PAUSE_MS = 150;
const CATCH_UP_LIMIT_MS = 1_000;
