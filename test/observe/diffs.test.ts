import assert from "node:assert/strict";
import { test } from "node:test";
import type { DiffEntry } from "../../src/core/status-document.ts";
import { ask } from "../support/status.ts";
import { served } from "./support.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function diffsOf(path: string): Promise<readonly DiffEntry[]> {
  return (JSON.parse((await ask(path, "/diffs")).body) as { diffs: DiffEntry[] }).diffs;
}

test("/diffs tells how a target changed, with the line of the changes that it belongs to", async (t) => {
  const { recorder, path } = await served(t);
  recorder.log({ time: new Date(), level: "info", message: "Committed", fields: { unit: "web" } });
  recorder.log({ time: new Date(), level: "info", message: "Committed", fields: { unit: "db" } });
  recorder.observe({ kind: "written", unit: "web", files: [{ target: "/etc/web", sensitive: false, isOpen: true, bytes: 8, before: bytes("a\nb\n"), after: bytes("a\nc\n") }] });
  const [entry] = await diffsOf(path);
  assert.equal(entry?.diff, "--- /etc/web\n+++ /etc/web\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  assert.deepEqual([entry?.seq, entry?.unit, entry?.withheld], [1, "web", null]);
});

test("Contents that hold secrets, that not every user may read, or that are large are withheld, and values of the mask covered", async (t) => {
  const { recorder, path, mask } = await served(t);
  mask.add("s3cret-value");
  const file = { target: "/etc/web", sensitive: false, isOpen: true, bytes: 22, before: undefined, after: bytes("password s3cret-value\n") };
  const files = [{ ...file, sensitive: true }, { ...file, isOpen: false }, { ...file, bytes: 70_000 }, file];
  recorder.observe({ kind: "written", unit: "web", files });
  const entries = await diffsOf(path);
  assert.deepEqual(entries.map(({ withheld }) => withheld), ["It holds secrets", "Not every user may read it", "It is too large", null]);
  assert.deepEqual(entries.map(({ diff }) => diff !== null), [false, false, false, true]);
  assert.match(entries[3]?.diff ?? "", /\+password \[redacted\]/);
});

test("Only the last are kept, and never more than half a MiB of contents", async (t) => {
  const { recorder, path } = await served(t);
  const write = (index: number, size: number) => recorder.observe({ kind: "written", unit: "web", files: [{ target: `/etc/${index}`, sensitive: false, isOpen: true, bytes: size, before: undefined, after: bytes("x".repeat(size)) }] });
  for (let index = 0; index < 100; index += 1) write(index, 10);
  assert.deepEqual((await diffsOf(path)).map(({ target }) => target), Array.from({ length: 50 }, (_, index) => `/etc/${index + 50}`));
  for (let index = 0; index < 20; index += 1) write(index, 60_000);
  assert.equal((await diffsOf(path)).length, 8);
});
