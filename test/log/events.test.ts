import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTS } from "../../src/log/events.ts";
import { logCalls } from "../support/log-calls.ts";
import { sourcesBelow } from "../support/sources.ts";

/** Calls whose message comes from elsewhere in the same file, where it stands as text. */
const INDIRECT = ["src/backends/redis/redis-backend.ts", "src/engine/keep-certificate.ts"];

const calls = logCalls();

test("Every event that is logged is in the table that docs/logs.md is printed from, with its level and fields", () => {
  assert.ok(calls.length > 50, "the calls were found");
  const problems = calls.flatMap(({ path, messages, fields }) => {
    if (messages.length === 0) return INDIRECT.includes(path) ? [] : [`${path} logs a message that is no text in the call: write it there, or name the file in INDIRECT of test/log/events.test.ts`];
    return messages.flatMap((message) => {
      const known = EVENTS[message];
      if (known === undefined) return [`${path} logs "${message}": add it to EVENTS in src/log/events.ts and run "npm run docs"`];
      const unknown = fields.filter((field) => !known.fields.includes(field));
      return unknown.map((field) => `${path} logs "${message}" with "${field}": add that to its fields in src/log/events.ts and run "npm run docs"`);
    });
  });
  assert.deepEqual(problems, []);
  const levels = calls.flatMap(({ path, level, messages }) => messages.filter((message) => EVENTS[message]?.level !== level && message !== "Waiting for keys").map((message) => `${path} logs "${message}" at level ${level}`));
  assert.deepEqual(levels, []);
});

test("Every event in the table is one that is logged", () => {
  const texts = sourcesBelow("src").filter(({ path }) => path !== "src/log/events.ts").map(({ text }) => text);
  const gone = Object.keys(EVENTS).filter((message) => !texts.some((text) => text.includes(`"${message}"`)));
  assert.deepEqual(gone, [], "take them out of EVENTS in src/log/events.ts");
});
