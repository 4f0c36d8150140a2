import assert from "node:assert/strict";
import type { Backend } from "../../src/core/backend.ts";
import type { Value } from "../../src/core/entry.ts";
import { ROOT, toKey } from "../../src/core/key.ts";
import type { Clock } from "../../src/core/ports.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { Mirror } from "../../src/store/mirror.ts";
import type { ChangeSet } from "../../src/store/store.ts";
import { eventually } from "../support/eventually.ts";
import { memoryLog } from "../support/ports.ts";

/** A mirror that follows, and all that it told. */
export interface Mirroring extends AsyncDisposable {
  readonly mirror: Mirror;
  /** What it told since it was first loaded. */
  readonly sets: readonly ChangeSet[];
  /** The keys of these, in their order. */
  readonly keys: readonly string[];
  /** The sentences that it logged; one that comes again, with another reason or after a minute, stands once. */
  readonly said: readonly string[];
  readonly values: Readonly<Record<string, Value>>;
  /** Waits until it holds these and nothing else. */
  holds(values: Readonly<Record<string, Value>>, within?: number): Promise<void>;
  /** Waits until it says that it is down, and answers with which code. */
  down(within?: number): Promise<string>;
  live(within?: number): Promise<void>;
}

/** Reads some prefixes and follows them. */
export async function mirroring(backend: Backend, prefixes: readonly string[], clock: Clock = systemClock): Promise<Mirroring> {
  const stop = new AbortController();
  const log = memoryLog();
  const sets: ChangeSet[] = [];
  const mirror = new Mirror({ backend, ports: { clock, random: systemRandom, log }, onChange: (changes) => void sets.push(changes) });
  mirror.want(prefixes.map(toKey));
  await mirror.load(AbortSignal.timeout(10_000));
  sets.splice(0);
  const following = mirror.follow(stop.signal, { cached: false }).catch((error: unknown) => assert.equal(error, stop.signal.reason));
  const values = () => Object.fromEntries(mirror.store.snapshot.entries(ROOT).map(({ key, value }) => [key, value]));
  return {
    mirror,
    sets,
    get keys() {
      return sets.flatMap(({ changed }) => changed);
    },
    get said() {
      return log.lines.map(({ message }) => message).filter((message, at, all) => message !== all[at - 1]);
    },
    get values() {
      return values();
    },
    holds: (expected, within = 5_000) => eventually(() => assert.deepEqual(values(), expected), { within }),
    down: (within = 5_000) =>
      eventually(() => {
        assert.equal(mirror.state.kind, "down");
        return mirror.state.kind === "down" ? mirror.state.error.code : "";
      }, { within }),
    live: (within = 5_000) => eventually(() => assert.equal(mirror.state.kind, "live"), { within }),
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("The test is over"));
      await following;
    },
  };
}

/** The machine's clock, on which so many times as much passes. */
export function fastClock(times: number): Clock {
  return {
    now: () => systemClock.now() * times,
    monotonic: () => systemClock.monotonic() * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
    after: (ms, callback) => systemClock.after(ms / times, callback),
  };
}

/** How long an act takes, in milliseconds. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await act();
  return performance.now() - from;
}

/** What an outage of any length logs, and no more. */
export const ONE_OUTAGE = ["Backend is away, trying again", "Backend is back"];

/** How soon after the server is back a change has to be seen. */
export const BACK_WITHIN_MS = 2_000;
