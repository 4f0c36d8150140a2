import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Backend, ChangeBatch } from "../../src/core/backend.ts";
import type { Value } from "../../src/core/entry.ts";
import { covers, type Key, toKey } from "../../src/core/key.ts";

/** A real place that holds keys, and how the suite changes it. */
export interface Subject extends AsyncDisposable {
  /** Opens the backend on what the place holds; the suite disposes of it. */
  open(): Promise<Backend>;
  put(key: string, value: Value): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What not every backend can do; each is expected unless it is said to be missing. */
export interface Abilities {
  /** Holds values that are not text. */
  readonly binary?: boolean;
  /** Holds a value at a key that has keys below it. */
  readonly branches?: boolean;
  /** Tells what changes while it is open. */
  readonly follows?: boolean;
}

/** The tests that every backend passes. One subject serves them all, each below a prefix of its own. */
export function backendContract(name: string, makeSubject: () => Promise<Subject>, { binary = true, branches = true, follows = true }: Abilities = {}): void {
  describe(`${name} keeps the contract of a backend`, () => {
    let subject: Subject;
    before(async () => void (subject = await makeSubject()));
    after(() => subject?.[Symbol.asyncDispose]());

    test("read() covers what is below a prefix, never its neighbours", async () => {
      await subject.put("/near/app/one", "1");
      await subject.put("/near/app/deep/two", "2");
      await subject.put("/near/apple/three", "3");
      assert.deepEqual(await readAll(subject, "/near/app"), { "/near/app/deep/two": "2", "/near/app/one": "1" });
    });

    test("read() covers the key that is the prefix itself", async () => {
      await subject.put("/exact/key", "1");
      await subject.put("/exact/keys", "2");
      assert.deepEqual(await readAll(subject, "/exact/key"), { "/exact/key": "1" });
    });

    if (branches) {
      test("read() covers a key and the keys below it", async () => {
        await subject.put("/branch", "1");
        await subject.put("/branch/leaf", "2");
        await subject.put("/branch-office", "3");
        assert.deepEqual(await readAll(subject, "/branch"), { "/branch": "1", "/branch/leaf": "2" });
      });
    }

    test("read() of the root covers every key", async () => {
      await subject.put("/rooted/key", "1");
      assert.equal((await readAll(subject, "/"))["/rooted/key"], "1");
    });

    test("read() of a prefix without keys is empty", async () => {
      assert.deepEqual(await readAll(subject, "/nowhere"), {});
    });

    test("read() answers several prefixes together", async () => {
      await subject.put("/several/a/x", "1");
      await subject.put("/several/b/x", "2");
      await subject.put("/several/c/x", "3");
      assert.deepEqual(await readAll(subject, "/several/a", "/several/c"), { "/several/a/x": "1", "/several/c/x": "3" });
    });

    test("read() keeps text as it is", async () => {
      await subject.put("/text/fish", "Schiffshalter 🐟 ñ");
      await subject.put("/text/empty", "");
      assert.deepEqual(await readAll(subject, "/text"), { "/text/empty": "", "/text/fish": "Schiffshalter 🐟 ñ" });
    });

    if (binary) {
      test("read() keeps what is not UTF-8 as bytes", async () => {
        const bytes = Uint8Array.of(0xff, 0x00, 0xfe, 0x80);
        await subject.put("/binary/key", bytes);
        const { "/binary/key": value } = await readAll(subject, "/binary");
        assert.ok(value instanceof Uint8Array);
        assert.deepEqual([...value], [...bytes]);
      });
    }

    test("watch() stops when its signal aborts", async () => {
      await using backend = await subject.open();
      const watched = await startWatch(backend, "/stops");
      await watched.stop();
    });

    if (!follows) return;

    test("watch() tells of a later put and of a delete", async () => {
      await subject.put("/later/old", "1");
      await using backend = await subject.open();
      const watched = await startWatch(backend, "/later");
      await subject.put("/later/new", "2");
      await watched.until({ "/later/new": "2", "/later/old": "1" });
      await subject.delete("/later/old");
      await watched.until({ "/later/new": "2" });
      await watched.stop();
    });

    test("watch() tells of a key that is written again", async () => {
      await subject.put("/again/key", "1");
      await using backend = await subject.open();
      const watched = await startWatch(backend, "/again");
      await subject.put("/again/key", "2");
      await watched.until({ "/again/key": "2" });
      await watched.stop();
    });

    test("watch() follows several prefixes and nothing beside them", async () => {
      await subject.put("/two/a/x", "1");
      await subject.put("/two/b/x", "1");
      await using backend = await subject.open();
      const watched = await startWatch(backend, "/two/a", "/two/b");
      await subject.put("/two/apart/x", "3");
      await subject.put("/two/a/x", "2");
      await watched.until({ "/two/a/x": "2", "/two/b/x": "1" });
      await subject.put("/two/b/x", "2");
      await watched.until({ "/two/a/x": "2", "/two/b/x": "2" });
      await watched.stop();
    });
  });
}

type Contents = Record<string, Value>;

async function readAll(subject: Subject, ...prefixes: string[]): Promise<Contents> {
  await using backend = await subject.open();
  const { entries } = await backend.read(backend.cover(prefixes.map(toKey)), { signal: AbortSignal.timeout(10_000) });
  return sorted(entries.filter(({ key }) => prefixes.some((prefix) => covers(toKey(prefix), key))).map(({ key, value }) => [key, value]));
}

/** A watch whose batches are applied to a copy, as the store does. */
export interface Watched {
  /** Waits until the copy holds exactly these keys, for 5 s unless another time is given. */
  until(expected: Contents, options?: { readonly within?: number }): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the prefixes, then follows them from there. */
export async function startWatch(backend: Backend, ...prefixes: string[]): Promise<Watched> {
  const stop = new AbortController();
  const keys = prefixes.map(toKey);
  const followed = backend.cover(keys);
  const reading = await backend.read(followed, { signal: AbortSignal.timeout(10_000) });
  const copy = new Map<Key, Value>(reading.entries.map(({ key, value }) => [key, value]));
  const batches = backend.watch(followed, reading.position, stop.signal)[Symbol.asyncIterator]();
  let pending = batches.next();
  pending.catch(() => {});
  const seen = () => sorted([...copy].filter(([key]) => keys.some((prefix) => covers(prefix, key))));

  return {
    async until(expected, { within = 5_000 } = {}) {
      const limit = deadline(within);
      while (!isSame(seen(), expected)) {
        const next = await Promise.race([pending, limit.reached]);
        if (next === "late") assert.deepEqual(seen(), expected);
        else if (next.done) assert.fail("The watch ended");
        else {
          apply(copy, next.value);
          pending = batches.next();
          pending.catch(() => {});
        }
      }
      limit.cancel();
    },
    async stop() {
      stop.abort(new Error("The test is over"));
      const limit = deadline(1_000);
      // A batch may have been on its way; after it the watch ends, by its end or by the signal's reason.
      for (let ended = false; !ended; ) {
        const last = await Promise.race([pending.catch(() => "ended" as const), limit.reached]);
        assert.notEqual(last, "late", "The watch goes on after its signal aborted");
        ended = last === "ended" || last === "late" || last.done === true;
        if (!ended) pending = batches.next();
      }
      limit.cancel();
    },
  };
}

function apply(copy: Map<Key, Value>, batch: ChangeBatch): void {
  if (batch.kind === "subtree") {
    for (const key of copy.keys()) if (covers(batch.prefix, key)) copy.delete(key);
    for (const { key, value } of batch.entries) copy.set(key, value);
    return;
  }
  for (const change of batch.changes) {
    if (change.type === "put") copy.set(change.entry.key, change.entry.value);
    else copy.delete(change.key);
  }
}

function deadline(ms: number): { reached: Promise<"late">; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const reached = new Promise<"late">((resolve) => void (timer = setTimeout(() => resolve("late"), ms)));
  return { reached, cancel: () => clearTimeout(timer) };
}

function sorted(pairs: readonly (readonly [string, Value])[]): Contents {
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSame(a: Contents, b: Contents): boolean {
  return JSON.stringify(a) === JSON.stringify(sorted(Object.entries(b)));
}

