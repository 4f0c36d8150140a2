import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, toDuration } from "../../src/core/duration.ts";

test("toDuration() reads numbers with units", () => {
  const cases: [string, number][] = [["0", 0], ["100ms", 100], ["2s", 2_000], ["1m30s", 90_000], ["1.5s", 1_500], ["24h", 86_400_000], ["1d", 86_400_000]];
  for (const [text, ms] of cases) assert.equal(toDuration(text), ms, text);
});

test("toDuration() refuses everything else and says how to write one", () => {
  for (const text of ["", "5", "5 s", "s", "-1s", "1s!", "1w"]) assert.throws(() => toDuration(text), { code: "CONFIG_INVALID", message: `"${text}" is not a duration` });
});

test("formatDuration() prints what a person would say", () => {
  const cases: [number, string][] = [[850, "850ms"], [2_500, "2.5s"], [30_000, "30s"], [200_000, "3m20s"], [18_120_000, "5h2m"]];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});
