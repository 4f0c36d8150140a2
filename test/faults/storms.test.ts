import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test, type TestContext } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { faultCase, unitWith } from "../support/faults.ts";
import { stopProcess } from "../support/process.ts";
import { project, startRemora } from "../support/remora.ts";
import { tempDir } from "../support/temp.ts";

describe("Storms", { concurrency: 2 }, () => {
  test("10,000 changes in 5 s: the last value is on disk and loaded, with few reloads", async (t) => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await etcd.put("/list/0", "");
    await using one = await faultCase(t, { flags: flags(etcd.url), files: { "templates/app.njk": 'name = {{ getv("/name") }}\n{% for pair in gets("/list/*") %}{% endfor %}' }, start: (app) => startRemora(["run", ...app.flags, ...flags(etcd.url)]), first: "one" });
    const from = performance.now();
    for (let turn = 0; turn < 500; turn++) {
      const others = Array.from({ length: 19 }, (_, number) => [`/list/${number}`, String(turn)]);
      await etcd.putTogether(Object.fromEntries([["/name", `n${turn}`], ...others]));
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, from + turn * 10 - performance.now())));
    }
    await etcd.put("/name", "last");
    const took = performance.now() - from;
    await one.says("last");
    const reloads = (await one.reloads()).length;
    t.diagnostic(`10,000 changes in ${(took / 1_000).toFixed(1)} s, ${reloads} reloads`);
    // On a busy machine the changes come with pauses that are longer than "wait.min".
    assert.ok(reloads <= 80, `${reloads} reloads`);
    await one.cameBack();
  });

  for (const [step, unit, second] of [
    ["the check", 'check_cmd = "if grep -q two {{ src }}; then touch $DIR/in; while test ! -e $DIR/go; do sleep 0.02; done; fi"', ["name = one", "name = two", "name = three"]],
    ["the check, which then refuses", 'check_cmd = "if grep -q two {{ src }}; then touch $DIR/in; while test ! -e $DIR/go; do sleep 0.02; done; exit 1; fi"', ["name = one", "name = three"]],
  ] as const) {
    test(`a change in the middle of ${step}: what was checked is what is written, then the change`, async (t) => {
      await using one = await faultCase(t, { flags: [], unit, first: "one" });
      await one.app.write("data.yaml", "name: two\n");
      await eventually(async () => assert.notEqual(await one.app.read("in"), undefined));
      await one.app.write("data.yaml", "name: three\n");
      await one.app.write("go", "");
      await one.says("three");
      assert.deepEqual(await one.reloads(), second);
      await one.cameBack();
    });
  }

  test("a change just before each single step of rendering, staging, checking, committing and reloading: the last value is on disk and loaded", async (t) => {
    await using built = await tempDir();
    const { build } = (await import(new URL("../../scripts/build.mjs", import.meta.url).href)) as { build: (of: { entry: string; outdir: string }) => Promise<string> };
    const program = await build({ entry: new URL("../programs/killed-at-step.ts", import.meta.url).pathname, outdir: built.path });
    for (let step = 1; step <= STEPS_OF_AN_APPLY; step++) {
      await using app = await project({ ...unitWith('check_cmd = "test -s {{ src }}"'), next: "name: next\n" });
      const env = { ...process.env, REMORA_TEST_CHANGE: `${app.directory.join("next")}:${app.directory.join("data.yaml")}` };
      const child = spawn(process.execPath, [program, String(step), "run", ...app.flags, "--wait-min", "10ms"], { env, stdio: "ignore" });
      try {
        await eventually(async () => assert.equal(((await app.read("reloads")) ?? "").split("\n").at(-2), "name = next"), { within: 15_000 });
        assert.equal(await app.read("out/app.conf"), "name = next\n");
      } catch (error) {
        throw new Error(`A change before step ${step} was lost`, { cause: error });
      } finally {
        await stopProcess(child);
      }
    }
    t.diagnostic(`${STEPS_OF_AN_APPLY} steps`);
  });

  test("a change in the middle of the reload: the files are not swapped under it, and another reload follows", async (t) => {
    await using one = await inReload(t);
    await one.app.write("data.yaml", "name: three\n");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await one.target(), "name = two\n");
    await one.app.write("go", "");
    await one.says("three");
    assert.deepEqual(await one.reloads(), ["name = one", "name = two", "name = three"]);
    await one.cameBack();
  });

  test("changes that come faster than the reload ends: each reload sees a whole file, and the last one the last value", async (t) => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await using one = await faultCase(t, { flags: flags(etcd.url), files: withReload("sleep 0.5; cat $DIR/out/app.conf >> $DIR/reloads"), first: "one" });
    for (let number = 0; number < 100; number++) {
      await etcd.put("/name", `n${number}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await one.says("n99");
    const reloads = await one.reloads();
    t.diagnostic(`100 changes, ${reloads.length} reloads of 0.5 s`);
    assert.ok(reloads.length <= 12, `${reloads.length} reloads`);
    await one.cameBack();
  });

  test("1,000 units and a change to all of them: all written, each reloaded once", async (t) => {
    const units = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, number) => [`conf.d/unit-${number}.toml`, `[template]\nsrc = "app.njk"\ndest = "$DIR/out/unit-${number}.conf"\nreload_cmd = "echo ${number} >> $DIR/many"\n`]),
    );
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await using one = await faultCase(t, { flags: flags(etcd.url), files: units, first: "one" });
    const all = async (times: number) => assert.equal(((await one.app.read("many")) ?? "").split("\n").length - 1, 1_000 * times);
    await eventually(() => all(1), { within: 60_000, every: 200 });
    const from = performance.now();
    await etcd.put("/name", "two");
    await one.says("two", { within: 60_000 });
    await eventually(() => all(2), { within: 60_000, every: 200 });
    t.diagnostic(`1,000 units applied and reloaded in ${((performance.now() - from) / 1_000).toFixed(1)} s`);
    for (const number of [0, 499, 999]) assert.equal(await one.app.read(`out/unit-${number}.conf`), "name = two\n");
  });

  /** A unit in whose second reload the program is, until the file "go" is there. */
  async function inReload(t: TestContext) {
    const one = await faultCase(t, { flags: [], files: withReload("if grep -q two $DIR/out/app.conf; then touch $DIR/in; while test ! -e $DIR/go; do sleep 0.02; done; fi; cat $DIR/out/app.conf >> $DIR/reloads"), first: "one" });
    await one.app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.notEqual(await one.app.read("in"), undefined));
    return one;
  }

  function withReload(command: string): Readonly<Record<string, string>> {
    return { "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "${command}"\n` };
  }
});

const STEPS_OF_AN_APPLY = 20;

function flags(endpoints: string): readonly string[] {
  return ["--backend", "etcd", "--etcd-endpoints", endpoints];
}
