import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

const { build } = (await import(new URL("../../scripts/build.mjs", import.meta.url).href)) as { build: (of: { entry: string; outdir: string }) => Promise<string> };
const MOST_STEPS = 200;
const built = await tempDir();
const program = await build({ entry: new URL("../programs/killed-at-step.ts", import.meta.url).pathname, outdir: built.path });
after(() => built[Symbol.asyncDispose]());

function remora(dir: TempDir, killAt: number) {
  const settings = ["--confdir", dir.join("conf"), "--state-dir", dir.join("state"), "--backend", "file", "--file-path", dir.join("conf/data.yaml"), "--log-level", "error"];
  return runProgram([process.execPath, program, String(killAt), "render", ...settings]);
}

async function pairOf(dir: TempDir): Promise<string[]> {
  return Promise.all(["one", "two"].map((name) => readFile(dir.join("out", name), "utf8")));
}

/** The files of the items at a change: with each change one goes, one comes, and one becomes another. */
function itemsAt(change: number): Record<string, string> {
  return { [`item-${change}`]: `${change} new\n`, [`item-${change + 1}`]: `${change + 1} ${change}\n` };
}

function writeData(dir: TempDir, change: number): Promise<string> {
  return dir.write("conf/data.yaml", `value: '${change}'\nitems: { "${change}": "new", "${change + 1}": "${change}" }\n`);
}

async function itemsOf(dir: TempDir): Promise<Record<string, string>> {
  const names = (await readdir(dir.join("out/items"))).filter((name) => !name.startsWith("."));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(dir.join("out/items", name), "utf8")])));
}

async function lastReload(dir: TempDir): Promise<string> {
  const reloads = await readFile(dir.join("reloads"), "utf8");
  return reloads.trimEnd().split("\n").at(-1) ?? "";
}

async function prepare(onReloadFailure: "keep" | "rollback"): Promise<TempDir> {
  const dir = await tempDir();
  await dir.write("conf/templates/one.njk", 'one {{ getv("/value") }}\n');
  await dir.write("conf/templates/two.njk", 'two {{ getv("/value") }}\n');
  await dir.write("conf/templates/item.njk", "{{ item.name }} {{ item.value }}\n");
  const items = `[[template]]\nsrc = "item.njk"\nfor_each = "/items/*"\ndest = "${dir.join("out/items")}/item-{{ item.name }}"\n`;
  const templates = ["one", "two"].map((name) => `[[template]]\nsrc = "${name}.njk"\ndest = "${dir.join("out", name)}"\n`).join("\n");
  const reload = `(cd ${dir.join("out")}; cat one two; ls items) | tr '\\\\n' ' ' | sed 's/ $//' >> ${dir.join("reloads")}; echo >> ${dir.join("reloads")}`;
  await dir.write("conf/conf.d/pair.toml", `[unit]\non_reload_failure = "${onReloadFailure}"\ncheck_cmd = "test -s {{ stage }}/one"\nreload_cmd = "${reload}"\n\n${templates}\n${items}`);
  await writeData(dir, 0);
  const first = await remora(dir, 0);
  assert.equal(first.code, 0, first.stderr);
  return dir;
}

describe("remora render, killed", { concurrency: 2 }, () => {
  // Both take the same steps but for what becomes of the copies, so one goes through each of them, and the other through every third.
  for (const [onReloadFailure, stride] of [["keep", 3], ["rollback", 1]] as const) {
    test(`kill -9 at every step leaves whole targets, and the next start finishes what was due, files of items that went included (on_reload_failure = ${onReloadFailure})`, async () => {
      await using dir = await prepare(onReloadFailure);
      let killed = 0;
      for (let killAt = 1, change = 1; killAt < MOST_STEPS; killAt += stride, change += 1) {
        const [before, after] = [`${change - 1}`, `${change}`];
        const [itemsBefore, itemsAfter] = [itemsAt(change - 1), itemsAt(change)];
        await writeData(dir, change);
        const run = await remora(dir, killAt);
        const [one = "", two = ""] = await pairOf(dir);
        assert.ok([`one ${before}\n`, `one ${after}\n`].includes(one), `step ${killAt}: ${JSON.stringify(one)}`);
        assert.ok([`two ${before}\n`, `two ${after}\n`].includes(two), `step ${killAt}: ${JSON.stringify(two)}`);
        for (const [name, text] of Object.entries(await itemsOf(dir))) assert.ok([itemsBefore[name], itemsAfter[name]].includes(text), `step ${killAt}: ${name} is ${JSON.stringify(text)}`);
        if (run.signal === null) {
          assert.equal(run.code, 0, run.stderr);
          break;
        }
        killed += 1;
        const next = await remora(dir, 0);
        assert.equal(next.code, 0, `step ${killAt}: ${next.stderr}`);
        assert.deepEqual(await pairOf(dir), [`one ${after}\n`, `two ${after}\n`], `step ${killAt}`);
        assert.deepEqual(await itemsOf(dir), itemsAfter, `step ${killAt}`);
        const names = Object.keys(itemsAfter).sort();
        assert.equal(await lastReload(dir), `one ${after} two ${after} ${names.join(" ")}`, `step ${killAt}: what is on disk has been reloaded`);
        assert.deepEqual((await readdir(dir.join("out"))).sort(), ["items", "one", "two"], `step ${killAt}: nothing staged is left`);
        assert.deepEqual((await readdir(dir.join("out/items"))).sort(), names, `step ${killAt}: nothing staged is left for items`);
        const state = JSON.parse(await readFile(dir.join("state/state.json"), "utf8"));
        assert.deepEqual([state.due, state.journal], [{}, {}], `step ${killAt}: nothing is due any more`);
        const known = Object.entries<{ each?: true }>(state.targets).filter(([, { each }]) => each).map(([target]) => target);
        assert.deepEqual(known.sort(), names.map((name) => dir.join("out/items", name)), `step ${killAt}: it is known that they go with their items`);
      }
      const left = (await readdir(join(dir.path, "state"))).sort();
      assert.ok(killed > 20, `there were ${killed} steps`);
      assert.deepEqual(left.filter((name) => name !== "backup" && name !== "staged"), ["state.json"], "the state directory is clean");
      assert.deepEqual(await readdir(dir.join("state/backup")), [], "no copy is left");
    });
  }
});
