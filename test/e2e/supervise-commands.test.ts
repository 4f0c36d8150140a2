import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { startApp, supervised, unit } from "../support/supervised.ts";

const APP = 'echo "started after $(cat $DIR/commands | tr "\\n" " ")" >> $DIR/app; trap "echo hup >> $DIR/app" HUP; touch $DIR/ready; while :; do sleep 0.02; done';

describe("a unit with a reload_cmd and an on_change", () => {
  const two = (more: string) => Object.fromEntries(["a", "b"].map((name) => [`conf.d/${name}.toml`, `[template]\nsrc = "app.njk"\ndest = "$DIR/out/${name}.conf"\nreload_cmd = 'echo "$(cat {{ dest }}) ${name}" >> $DIR/commands'\n${more}`]));

  test("runs the commands of a pass, and then tells the app, once", async (t) => {
    const app = await supervised(t, { ...two('on_change = "signal:HUP"\nreload_before_start = true\n'), "conf.d/app.toml": "" });
    await using running = await startApp(app, APP);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    assert.match((await app.read("app")) ?? "", /^started after name = one (a|b) name = one (a|b) \n$/);
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.match((await app.read("app")) ?? "", /\nhup\n$/));
    assert.equal((await app.read("commands"))?.match(/name = two/g)?.length, 2);
    assert.equal((await app.read("app"))?.match(/hup/g)?.length, 1);
    await running.stop();
  });

  test("runs no command before the app has started where it was not asked to", async (t) => {
    const app = await supervised(t, { ...two('on_change = "signal:HUP"\n'), "conf.d/app.toml": "", commands: "" });
    await using running = await startApp(app, APP);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    assert.equal((await app.read("commands")) ?? "", "");
    await running.stop();
  });

  test("does not start the app while a command fails that has to come before", async (t) => {
    const app = await supervised(t, unit('reload_cmd = "test -e $DIR/go"\nreload_before_start = true'));
    await using running = await startApp(app, APP);
    await running.waitForLog("Unit failed");
    assert.equal(await app.read("ready"), undefined);
    await app.write("go", "");
    await eventually(async () => assert.equal(await app.read("ready"), ""), { within: 10_000 });
    await running.stop();
  });
});
