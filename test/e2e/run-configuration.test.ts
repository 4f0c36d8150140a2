import assert from "node:assert/strict";
import { open, rename } from "node:fs/promises";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { runProgram } from "../support/process.ts";
import { project } from "../support/remora.ts";

const WEB = '[template]\nsrc = "app.njk"\ndest = "$DIR/out/web.conf"\n';

describe("remora run, when its configuration changes", () => {
  test("SIGHUP takes up a new unit", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("conf.d/web.toml", WEB);
    running.signal("SIGHUP");
    await eventually(async () => assert.equal(await app.read("out/web.conf"), "name = one\n"));
    assert.equal(await app.read("reloads"), "reload\n");
    assert.equal(await running.stop(), 0);
  });

  test("SIGHUP while the first configuration is still being read is taken up after it", async () => {
    await using app = await project({ "second.toml": "" });
    await runProgram(["mkfifo", app.directory.join("remora.toml")]);
    await using running = await app.start();
    // Opens when Remora reads it, and keeps it waiting.
    const first = await open(app.directory.join("remora.toml"), "w");
    running.signal("SIGHUP");
    await app.write("second.toml", 'reconcile = "2m"\n');
    await rename(app.directory.join("second.toml"), app.directory.join("remora.toml"));
    await first.close();
    await running.waitForLog("Took up a new configuration");
    assert.equal(await running.stop(), 0);
  });

  test("SIGHUP without any change goes on and reloads nothing", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    running.signal("SIGHUP");
    await running.waitForLog("Took up a new configuration");
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"));
    await eventually(async () => assert.equal(await app.read("reloads"), "reload\nreload\n"));
  });

  test("A second SIGHUP and a change of the configuration, while a reload of the old one still runs, are taken up after it", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "echo begun > $DIR/reloads; while ! test -e $DIR/go; do sleep 0.05; done"\n' });
    await using running = await app.start();
    await eventually(async () => assert.equal(await app.read("reloads"), "begun\n"));
    running.signal("SIGHUP");
    await running.waitForLog("Took up a new configuration");
    await app.write("conf.d/web.toml", WEB);
    running.signal("SIGHUP");
    await app.write("go", "on");
    await eventually(async () => assert.equal(await app.read("out/web.conf"), "name = one\n"));
    assert.equal(await running.stop(), 0);
  });

  test("A changed template is taken up without a signal", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("templates/app.njk", 'new = {{ getv("/name") }}\n');
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "new = one\n"));
  });

  test("A bad template is refused with its place, and the old one goes on until it is mended", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("templates/app.njk", "fine\n{{ getv( }}\n");
    const refused = await running.waitForLog("Configuration refused, going on with the present one");
    assert.match(JSON.stringify(refused), /app\.njk:2/);
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"));
    await app.write("templates/app.njk", 'new = {{ getv("/name") }}\n');
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "new = two\n"));
  });

  test("A bad unit is refused whole, and taken up when it is mended", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("conf.d/web.toml", `${WEB}modus = "0644"\n`);
    await running.waitForLog("Configuration refused, going on with the present one");
    await app.write("conf.d/web.toml", WEB);
    await eventually(async () => assert.equal(await app.read("out/web.conf"), "name = one\n"));
  });

  test("A bad first configuration exits 2 with its place and writes nothing", async () => {
    await using app = await project({ "conf.d/web.toml": WEB, "templates/app.njk": "{{ getv( }}" });
    const { code, stderr } = await app.remora(["run"]);
    assert.equal(code, 2);
    assert.match(stderr, /templates\/app\.njk:1:\d+: /);
    assert.equal(await app.read("out/app.conf"), undefined);
  });
});
