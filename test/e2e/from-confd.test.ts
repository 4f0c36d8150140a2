import assert from "node:assert/strict";
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { OPTIONS } from "../../src/cli/confd/options.ts";
import { confdMetrics } from "../../src/observe/confd-metrics.ts";
import { ConfdTally } from "../../src/observe/confd-tally.ts";
import { startEtcd } from "../support/etcd.ts";
import { runProgram } from "../support/process.ts";
import { programWords } from "../support/remora.ts";
import { textOf } from "../support/sources.ts";
import { tempDir } from "../support/temp.ts";

const PAGE = textOf("docs/from-confd.md");

describe("the guide for those who come from confd", () => {
  test("has commands that work, one after the other", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await using home = await tempDir();
    await home.write("confd/conf.d/app.toml", `[template]\nsrc = "app.conf.tmpl"\ndest = "${home.join("out/app.conf")}"\nkeys = ["/name"]\nmode = "0644"\nreload_cmd = "echo >> ${home.join("reloads")}"\n`);
    await home.write("confd/templates/app.conf.tmpl", 'name = {{getv "/name"}}\n');
    await mkdir(home.join("bin"));
    await symlink((await programWords()).at(-1) as string, home.join("bin/remora"));
    const script = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block?.replaceAll("/tmp/remora-from-confd", home.join("out"))).join("\n");
    const env = { ...process.env, PATH: `${home.join("bin")}:${process.env["PATH"]}`, ETCD: etcd.url, REMORA_STATE_DIR: home.join("confd-state") };
    const { code, stdout, stderr } = await runProgram(["bash", "-euxo", "pipefail", "-c", script], { env, cwd: home.path });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\+name = one$/m);
    assert.match(stdout, /2 units are sound/);
    for (const name of ["app.conf", "own.conf"]) assert.equal(await readFile(join(home.path, "out", name), "utf8"), "name = one\n");
    assert.equal(await readFile(home.join("reloads"), "utf8"), "\n", "it was reloaded once");
    await rm(home.join("confd"), { recursive: true });
  });

  test("has a reason for each difference", () => {
    const rows = PAGE.slice(PAGE.indexOf("## What is otherwise"), PAGE.indexOf("Flags that are taken")).split("\n").filter((line) => line.startsWith("|"));
    assert.ok(rows.length > 30, `${rows.length} rows`);
    assert.deepEqual(rows.filter((row) => row.split(/(?<!\\)\|/).slice(1, -1).some((cell) => cell.trim() === "")), []);
  });

  test("names every option without effect, and every metric", () => {
    const names = [...OPTIONS.filter(({ unused }) => unused !== undefined).map(({ name }) => `\`--${name}\``), ...confdMetrics(new ConfdTally()).map(({ name }) => `\`${name}\``)];
    assert.deepEqual(names.filter((name) => !PAGE.includes(name)), []);
  });
});
