import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Backend, Swap, Writer } from "../../src/core/backend.ts";
import type { Value } from "../../src/core/entry.ts";
import { covers, toKey } from "../../src/core/key.ts";

/** A real place that can be written to through backends of its kind; the suite disposes of each. */
export interface WritableSubject extends AsyncDisposable {
  open(): Promise<Backend>;
}

/** The tests that every backend with a writer passes. One subject serves them all, each below a prefix of its own. */
export function writerContract(name: string, makeSubject: () => Promise<WritableSubject>, { binary = true }: { readonly binary?: boolean } = {}): void {
  describe(`${name} keeps the contract of a writer`, () => {
    let subject: WritableSubject;
    before(async () => void (subject = await makeSubject()));
    after(() => subject?.[Symbol.asyncDispose]());

    test("swap() makes keys that do not exist, all or none", async () => {
      assert.equal(await swap(subject, ["/made/a", undefined, "1"], ["/made/b", undefined, "2"]), true);
      assert.equal(await swap(subject, ["/made/c", undefined, "3"], ["/made/b", undefined, "4"]), false);
      assert.equal(await swap(subject, ["/made/a", undefined, "5"]), false);
      assert.deepEqual(await readBelow(subject, "/made"), { "/made/a": "1", "/made/b": "2" });
    });

    test("swap() writes when the key holds what is expected, and else does not", async () => {
      await swap(subject, ["/held/key", undefined, "größer 🐟"]);
      for (const other of ["größer", "größer 🐟 ", "", undefined]) assert.equal(await swap(subject, ["/held/key", other, "lost"]), false);
      assert.equal(await swap(subject, ["/held/key", "größer 🐟", "2"]), true);
      assert.deepEqual(await readBelow(subject, "/held"), { "/held/key": "2" });
    });

    test("swap() does not write a key that should hold something and does not exist", async () => {
      assert.equal(await swap(subject, ["/absent/key", "1", "2"]), false);
      assert.equal(await swap(subject, ["/absent/key", "", "2"]), false);
      assert.deepEqual(await readBelow(subject, "/absent"), {});
    });

    test("swap() tells an empty value from none", async () => {
      assert.equal(await swap(subject, ["/empty/key", undefined, ""]), true);
      assert.equal(await swap(subject, ["/empty/key", undefined, "1"]), false);
      assert.equal(await swap(subject, ["/empty/key", "", "2"]), true);
      assert.deepEqual(await readBelow(subject, "/empty"), { "/empty/key": "2" });
    });

    test("swap() replaces several keys and makes one more, or none", async () => {
      await swap(subject, ["/mixed/a", undefined, "1"], ["/mixed/b", undefined, "1"]);
      assert.equal(await swap(subject, ["/mixed/a", "1", "2"], ["/mixed/b", "other", "2"], ["/mixed/c", undefined, "2"]), false);
      assert.deepEqual(await readBelow(subject, "/mixed"), { "/mixed/a": "1", "/mixed/b": "1" });
      assert.equal(await swap(subject, ["/mixed/a", "1", "2"], ["/mixed/b", "1", "2"], ["/mixed/c", undefined, "2"]), true);
      assert.deepEqual(await readBelow(subject, "/mixed"), { "/mixed/a": "2", "/mixed/b": "2", "/mixed/c": "2" });
    });

    if (binary) {
      test("swap() compares and writes bytes", async () => {
        const [first, second, third] = [Uint8Array.of(0xff, 0), Uint8Array.of(0xff, 0, 0), Uint8Array.of(0xfe)];
        assert.equal(await swap(subject, ["/bytes/a", undefined, first], ["/bytes/b", undefined, first]), true);
        assert.equal(await swap(subject, ["/bytes/a", second, third]), false);
        assert.equal(await swap(subject, ["/bytes/a", first, third], ["/bytes/b", first, third]), true);
        assert.deepEqual(await readBelow(subject, "/bytes"), { "/bytes/a": third, "/bytes/b": third });
      });
    }

    test("swap() compares what a key holds, not when it was written", async () => {
      await swap(subject, ["/same/key", undefined, "1"]);
      for (let round = 1; round <= 5; round++) {
        const again = Array.from({ length: 10 }, () => swap(subject, ["/same/key", "1", "1"]));
        assert.deepEqual(await Promise.all(again), Array.from({ length: 10 }, () => true));
      }
    });

    test("of 20 who make a pair of keys at once one wins, and both are the winner's", async () => {
      const won = await race((number) => [
        { key: toKey("/pair/certificate"), expected: undefined, value: `certificate of ${number}` },
        { key: toKey("/pair/key"), expected: undefined, value: `key of ${number}` },
      ]);
      assert.deepEqual(await readBelow(subject, "/pair"), { "/pair/certificate": `certificate of ${won}`, "/pair/key": `key of ${won}` });
    });

    test("of 20 who replace a value at once one wins", async () => {
      await swap(subject, ["/race/key", undefined, "first"]);
      const won = await race((number) => [{ key: toKey("/race/key"), expected: "first", value: `value of ${number}` }]);
      assert.deepEqual(await readBelow(subject, "/race"), { "/race/key": `value of ${won}` });
    });

    /** Lets 20 writers try at once; answers the number of the only one that succeeded. */
    async function race(swapsOf: (number: number) => readonly Swap[]): Promise<number | undefined> {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => withWriter(subject, (writer) => writer.swap(swapsOf(number)))));
      const winners = [...answers.keys()].filter((number) => answers[number]);
      assert.equal(winners.length, 1, `${winners.length} writers won`);
      return winners[0];
    }
  });
}

function swap(subject: WritableSubject, ...swaps: [key: string, expected: Value | undefined, value: Value][]): Promise<boolean> {
  return withWriter(subject, (writer) => writer.swap(swaps.map(([key, expected, value]) => ({ key: toKey(key), expected, value }))));
}

async function withWriter<T>(subject: WritableSubject, act: (writer: Writer) => Promise<T>): Promise<T> {
  await using backend = await subject.open();
  assert.ok(backend.writer, "The backend has no writer");
  await using writer = await backend.writer();
  return await act(writer);
}

async function readBelow(subject: WritableSubject, prefix: string): Promise<Record<string, Value>> {
  await using backend = await subject.open();
  const { entries } = await backend.read([toKey(prefix)], { signal: AbortSignal.timeout(10_000) });
  return Object.fromEntries(entries.filter(({ key }) => covers(toKey(prefix), key)).map(({ key, value }) => [key, value]));
}
