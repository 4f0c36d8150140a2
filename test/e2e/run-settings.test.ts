import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { notifySocket } from "../support/notify-socket.ts";
import { project, startRemora } from "../support/remora.ts";

describe("Settings of a new configuration", () => {
  test("Its log level holds for all lines, those of the app and of the end too", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\non_change = "restart"\n' });
    await using running = await app.start(["--", "sh", "-c", `echo start >> ${app.directory.join("starts")}; exec sleep 4720`]);
    await eventually(async () => assert.equal(await app.read("starts"), "start\n"));
    await app.write("remora.toml", 'log_level = "error"\n');
    await running.waitForLog("Took up a new configuration");
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("starts"), "start\nstart\n"));
    assert.equal(await running.stop(), 143);
    assert.deepEqual(running.lines.slice(running.lines.findIndex(({ msg }) => msg === "Took up a new configuration") + 1).map(({ msg }) => msg), []);
  });

  test("Its times for an end are what the service manager is told", async () => {
    await using app = await project();
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await app.start([], { env: { NOTIFY_SOCKET: manager.name } });
    await manager.waitFor(/READY=1/);
    await app.write("remora.toml", 'shutdown_timeout = "25s"\n');
    await running.waitForLog("Took up a new configuration");
    await running.stop();
    assert.match(await manager.waitFor(/STOPPING=1/), /^STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000\n/);
  });

  test("Another state directory is refused: what was applied, and who is registered, is remembered in the one that there is", async () => {
    await using app = await project();
    await app.write("remora.toml", 'state_dir = "$DIR/state"\n');
    await using running = await startRemora(["run", "--confdir", app.directory.path]);
    await running.waitForLog("Reloaded");
    await app.write("remora.toml", 'state_dir = "$DIR/other"\nlog_level = "debug"\n');
    const { error, hint } = await running.waitForLog("Configuration refused, going on with the present one");
    assert.match(String(error), /Cannot go from state_dir ".*\/state" to ".*\/other" while Remora runs/);
    assert.match(String(hint), /restart/i);
    assert.equal(await running.stop(), 0);
  });
});
