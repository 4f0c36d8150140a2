import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { loadConfiguration } from "../../src/config/load.ts";
import type { Files } from "../../src/core/ports.ts";
import { type ApplyContext, type ApplyOutcome, applyUnit } from "../../src/engine/apply-unit.ts";
import { TargetClaims } from "../../src/engine/target-claims.ts";
import { loadOwnership } from "../../src/output/ownership.ts";
import { openState, type StateData } from "../../src/output/state-file.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { systemSpawner } from "../../src/platform/spawner.ts";
import { outputContext } from "../output/support.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

const BROKEN = Object.assign(new Error("input/output error"), { code: "EIO" });

/** Applies a unit with a file for each item, the texts by name; answers what came of it and what is remembered then. */
async function apply(dir: TempDir, items: Readonly<Record<string, string>>, files: Partial<Files> = {}): Promise<{ readonly outcome: ApplyOutcome; readonly data: StateData }> {
  await dir.write("conf.d/each.toml", `[template]\nsrc = "each.njk"\nfor_each = "/items/*"\ndest = "${dir.join("out")}/{{ item.name }}"\n`);
  const { configuration } = await loadConfiguration({ files: systemFiles, env: {}, flags: {}, confdir: dir.path });
  const [unit] = configuration.units;
  const [settings] = unit?.templates ?? [];
  assert.ok(unit !== undefined && settings !== undefined);
  const { ports: { log, random, clock } } = outputContext(dir);
  const ports = { log, random, clock, files: { ...systemFiles, ...files }, spawner: systemSpawner };
  await using state = await openState(ports, dir.join("state"));
  const context: ApplyContext = { ports, state, ownership: await loadOwnership(systemFiles), stateDir: dir.join("state"), commandEnv: {}, hash: sha256 };
  const texts = Object.entries(items).map(([name, text]) => ({ settings: { ...settings, dest: dir.join("out", name) }, text, opened: [] }));
  const planned = { unit, claims: new TargetClaims([unit]), templates: [], scope: { backend: "file", prefix: unit.prefix } };
  const outcome = await applyUnit(planned, { texts, fill: { filled: [], empty: [] } }, context, new AbortController().signal);
  return { outcome, data: structuredClone(state.data) };
}

async function contents(dir: TempDir): Promise<Record<string, string>> {
  const names = (await readdir(dir.join("out"))).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(dir.join("out", name), "utf8")])));
}

const BEFORE = { goes: "1", stays: "1" };
const AFTER = { comes: "2", stays: "2" };

describe("A commit of files of items", () => {
  for (const [what, files] of [
    ["a file cannot be swapped in", (dir: TempDir): Partial<Files> => ({ rename: (from, to) => (to === dir.join("out/stays") ? Promise.reject(BROKEN) : systemFiles.rename(from, to)) })],
    ["a file cannot be removed", (dir: TempDir): Partial<Files> => ({ remove: (path) => (path === dir.join("out/goes") ? Promise.reject(BROKEN) : systemFiles.remove(path)) })],
  ] as const) {
    test(`leaves all files as they were when ${what}, and leaves nothing behind`, async () => {
      await using dir = await tempDir();
      const before = await apply(dir, BEFORE);
      assert.equal(before.outcome.kind, "committed");
      const { outcome, data } = await apply(dir, AFTER, files(dir));
      assert.ok(outcome.kind === "failed" && outcome.step === "commit", JSON.stringify(outcome));
      assert.deepEqual(await contents(dir), BEFORE);
      assert.deepEqual([data.targets, data.journal, await readdir(dir.join("state/backup"))], [before.data.targets, {}, []]);
      assert.deepEqual([(await apply(dir, AFTER)).outcome.kind, await contents(dir)], ["committed", AFTER]);
    });
  }

  test("leaves a file alone that became another's between the look and the removal", async () => {
    await using dir = await tempDir();
    await apply(dir, BEFORE);
    const rename: Files["rename"] = async (from, to) => {
      if (to === dir.join("out/comes")) await dir.write("out/goes", "by hand");
      await systemFiles.rename(from, to);
    };
    const { data } = await apply(dir, AFTER, { rename });
    assert.deepEqual(await contents(dir), { ...AFTER, goes: "by hand" });
    assert.deepEqual(Object.keys(data.targets).sort(), [dir.join("out/comes"), dir.join("out/stays")]);
  });
});
