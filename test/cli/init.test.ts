import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { remora } from "../support/remora.ts";
import { tempDir } from "../support/temp.ts";

const TEMPLATES = new URL("../../templates/", import.meta.url).pathname;

describe("remora init", () => {
  test("without a name lists what there is, each in a line", async () => {
    const { code, stdout } = await remora(["init"]);
    assert.equal(code, 0);
    const names = stdout.trimEnd().split("\n").map((line) => line.split(" ")[0] ?? "");
    assert.deepEqual(readdirSync(TEMPLATES).filter((name) => !names.includes(name)), [], "every folder of templates/ is there");
    assert.match(stdout, /^nginx +nginx in front of services\n/m);
    assert.match(stdout, /^nginx-consul +As nginx: instances are those of Consul's catalog\n/m);
    assert.match(stdout, /\n\nremora init NAME copies one into \/etc\/remora; /);
    assert.doesNotMatch(stdout, /`| $/m);
  });

  test("copies a unit and its templates, and tells what they read and what to do next", async () => {
    await using dir = await tempDir();
    const { code, stdout, stderr } = await remora(["init", "nginx", "--confdir", dir.join("conf")]);
    assert.equal(code, 0, stderr);
    for (const [path, source] of [["conf.d/nginx.toml", "nginx.toml"], ["templates/nginx.conf.njk", "nginx.conf.njk"]] as const) {
      assert.equal(await readFile(dir.join("conf", path), "utf8"), await readFile(`${TEMPLATES}nginx/${source}`, "utf8"));
      assert.ok(stdout.includes(`Wrote ${dir.join("conf", path)}\n`), stdout);
    }
    assert.deepEqual(readdirSync(dir.join("conf/conf.d")), ["nginx.toml"], "the other way to do it is left out");
    assert.match(stdout, /\/vhosts\/DOMAIN +the name of the service/);
    assert.match(stdout, /\nNext:\n\nremora keys put KEY VALUE /);
    assert.ok(stdout.includes(`remora render --dry-run --confdir ${dir.join("conf")}`), stdout);
  });

  for (const name of ["nginx-consul", "mysql-replica"]) {
    test(`gives a sound configuration: ${name}`, async () => {
      await using dir = await tempDir();
      assert.equal((await remora(["init", name, "--confdir", dir.path])).code, 0);
      const { code, stdout, stderr } = await remora(["check", "--confdir", dir.path]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, name === "mysql-replica" ? /2 units are sound/ : /1 unit is sound/);
    });
  }

  test("writes over nothing, and says what is there already", async () => {
    await using dir = await tempDir();
    await dir.write("templates/nginx.conf.njk", "mine\n");
    await remora(["init", "nginx", "--confdir", dir.path]);
    const { code, stdout } = await remora(["init", "nginx"], { env: { REMORA_CONFDIR: dir.path } });
    assert.equal(code, 0);
    assert.equal(await readFile(dir.join("templates/nginx.conf.njk"), "utf8"), "mine\n");
    assert.match(stdout, /Kept {2}.*templates\/nginx\.conf\.njk, which is there already and differs\n/);
    assert.match(stdout, /Kept {2}.*conf\.d\/nginx\.toml, which is the same\n/);
  });

  test("refuses a name that there is not, and one directory that cannot be written", async () => {
    await using dir = await tempDir();
    const unknown = await remora(["init", "ngnix"]);
    assert.deepEqual([unknown.code, unknown.stderr], [2, 'remora: There is nothing ready-made named "ngnix"\n  hint: Did you mean "nginx"?\n']);
    await dir.write("conf", "a file");
    const blocked = await remora(["init", "nginx", "--confdir", dir.join("conf")]);
    assert.equal(blocked.code, 5);
    assert.match(blocked.stderr, /Cannot write ".*conf\.d\/nginx\.toml"/);
  });

  test("prints the README where it is asked for, and copies nothing", async () => {
    await using dir = await tempDir();
    const { stdout } = await remora(["init", "nginx", "--readme", "--confdir", dir.path]);
    assert.equal(stdout, await readFile(`${TEMPLATES}nginx/README.md`, "utf8"));
    assert.deepEqual(readdirSync(dir.path), []);
  });
});
