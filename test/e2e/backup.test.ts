import assert from "node:assert/strict";
import { chmod, stat } from "node:fs/promises";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { project, remora } from "../support/remora.ts";

const UNIT = (more = "") => `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nbackup = true\n${more}`;

describe("backup = true of a template", () => {
  test("keeps what the file held before, with its mode, and nothing where there was no file", async () => {
    await using app = await project({ "conf.d/app.toml": UNIT() });
    assert.equal((await app.remora(["render"])).code, 0);
    assert.equal(await app.read("out/app.conf.bak"), undefined);
    await chmod(app.directory.join("out/app.conf"), 0o640);
    for (const [name, former] of [["two", "one"], ["two", "one"], ["three", "two"]] as const) {
      await app.write("data.yaml", `name: ${name}\n`);
      assert.equal((await app.remora(["render"])).code, 0);
      assert.equal(await app.read("out/app.conf"), `name = ${name}\n`);
      assert.equal(await app.read("out/app.conf.bak"), `name = ${former}\n`);
    }
    assert.equal((await stat(app.directory.join("out/app.conf.bak"))).mode & 0o777, 0o640);
  });

  test("changes nothing where a check refuses the new file", async () => {
    await using app = await project({ "conf.d/app.toml": UNIT('check_cmd = "! grep -q bad {{ src }}"\n') });
    await using running = await app.start();
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
    await app.write("data.yaml", "name: bad\n");
    await running.waitForLog("Unit failed");
    assert.deepEqual([await app.read("out/app.conf"), await app.read("out/app.conf.bak")], ["name = one\n", undefined]);
    await running.stop();
  });

  test("is what consul-template's backup is", async () => {
    await using app = await project({ "c.hcl": 'template {\n contents = "new"\n destination = "$DIR/out/x"\n backup = true\n}\n', "out/x": "old" });
    const { code, stderr } = await remora(["consul-template", "-config", app.directory.join("c.hcl"), "-once"], { env: { REMORA_STATE_DIR: app.directory.join("state") } });
    assert.equal(code, 0, stderr);
    assert.deepEqual([await app.read("out/x"), await app.read("out/x.bak"), stderr.includes("odd")], ["new", "old", false]);
  });
});
