import assert from "node:assert/strict";
import { test } from "node:test";
import { envBackend } from "../../src/backends/env.ts";
import { toKey } from "../../src/core/key.ts";
import { realPorts } from "../support/ports.ts";

async function keysOf(env: Record<string, string>, options: { prefix: string }, below = "/"): Promise<Record<string, unknown>> {
  await using backend = await envBackend.open(options, { ...realPorts(), env });
  const { entries } = await backend.read([toKey(below)], { signal: new AbortController().signal });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

test("a variable is a key, its underscores are slashes", async () => {
  assert.deepEqual(await keysOf({ DB_HOST: "h", PORT: "1" }, { prefix: "" }), { "/db/host": "h", "/port": "1" });
});

test("a prefix keeps other variables out", async () => {
  assert.deepEqual(await keysOf({ APP_DB_HOST: "h", PORT: "1" }, { prefix: "APP_" }), { "/db/host": "h" });
});

test("two underscores are one within a segment", async () => {
  assert.deepEqual(await keysOf({ MY__APP_NAME: "n" }, { prefix: "" }), { "/my_app/name": "n" });
});

test("read() covers what is below a prefix, never its neighbours", async () => {
  assert.deepEqual(await keysOf({ APP_X: "1", APPLE_Y: "2" }, { prefix: "" }, "/app"), { "/app/x": "1" });
});

test("watch() says nothing and ends with its signal", async () => {
  await using backend = await envBackend.open({ prefix: "" }, { ...realPorts(), env: {} });
  const stop = new AbortController();
  const batches: unknown[] = [];
  const watching = (async () => {
    for await (const batch of backend.watch([toKey("/")], { revision: 0 }, stop.signal)) batches.push(batch);
  })();
  stop.abort();
  await watching;
  assert.deepEqual(batches, []);
});
