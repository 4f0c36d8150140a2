import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { notifySocket } from "../support/notify-socket.ts";
import { freePort } from "../support/process.ts";
import { project } from "../support/remora.ts";
import { startApp, supervised } from "../support/supervised.ts";

// On the Node build it is systemd-notify that sends.
describe("remora run tells the service manager", () => {
  test("READY comes only when every unit is applied, and until then the status names what is waited for", async () => {
    await using app = await project({ "data.yaml": "other: x\n" });
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await app.start([], { env: { NOTIFY_SOCKET: manager.name } });
    await manager.waitFor(/^STATUS=0 of 1 units applied; app waits for file:\/name$/);
    assert.equal(manager.messages.some((message) => message.includes("READY=1")), false);
    await app.write("data.yaml", "name: late\n");
    assert.equal(await manager.waitFor(/READY=1/), "READY=1\nSTATUS=1 of 1 units applied");
    assert.equal(await app.read("out/app.conf"), "name = late\n");
    await running.stop();
    assert.match(await manager.waitFor(/STOPPING=1/), /^STOPPING=1\nEXTEND_TIMEOUT_USEC=30000000\nSTATUS=Stopping$/);
  });

  test("SIGHUP is RELOADING at a moment of the manager's own clock, then READY when the new configuration is applied", async () => {
    await using app = await project();
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await app.start([], { env: { NOTIFY_SOCKET: manager.name } });
    await manager.waitFor(/READY=1/);
    const [from, before] = [manager.messages.length, process.hrtime.bigint() / 1_000n];
    await app.write("templates/more.njk", 'more = {{ getv("/more") }}\n');
    await app.write("conf.d/more.toml", '[template]\nsrc = "more.njk"\ndest = "$DIR/out/more.conf"\n');
    running.signal("SIGHUP");
    const [, micros = ""] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)\nSTATUS=/.exec(await manager.waitFor(/RELOADING=1/, { from })) ?? [];
    assert.ok(BigInt(micros) > before && BigInt(micros) < process.hrtime.bigint() / 1_000n, micros);
    await manager.waitFor(/more waits for file:\/more/, { from });
    assert.equal(manager.messages.slice(from).some((message) => message.includes("READY=1")), false);
    await app.write("data.yaml", "name: one\nmore: here\n");
    assert.equal(await manager.waitFor(/READY=1/, { from }), "READY=1\nSTATUS=2 of 2 units applied");
    await running.stop();
  });

  test("A configuration that is refused ends the reload, and the status says why", async () => {
    await using app = await project();
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await app.start([], { env: { NOTIFY_SOCKET: manager.name } });
    await manager.waitFor(/READY=1/);
    const from = manager.messages.length;
    await app.write("remora.toml", "relaod = 1\n");
    running.signal("SIGHUP");
    assert.match(await manager.waitFor(/READY=1/, { from }), /^READY=1\nSTATUS=1 of 1 units applied; the new configuration is refused: .*relaod/);
    assert.match(manager.messages[from] ?? "", /^RELOADING=1/);
    await running.stop();
  });

  test("The watchdog hears of the loop for as long as it turns, at an abstract socket too", async () => {
    await using app = await project();
    await using manager = await notifySocket(`@${app.directory.path}`);
    await using running = await app.start([], { env: { NOTIFY_SOCKET: manager.name, WATCHDOG_USEC: "2000000" } });
    const beats = () => manager.messages.filter((message) => message === "WATCHDOG=1").length;
    await eventually(() => assert.ok(beats() >= 3, `${beats()} beats`), { within: 10_000 });
    await running.stop();
  });

  test("A backend that is away is named, and is no hang", async () => {
    await using app = await project();
    await using manager = await notifySocket(app.directory.join("notify"));
    const port = await freePort();
    await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", `http://127.0.0.1:${port}`], { env: { NOTIFY_SOCKET: manager.name, WATCHDOG_USEC: "2000000" } });
    await manager.waitFor(/^STATUS=0 of 1 units applied; app waits for its keys to be read; etcd is away: ./);
    const from = manager.messages.length;
    await manager.waitFor(/^WATCHDOG=1$/, { from });
    assert.equal(await running.stop(), 0);
    assert.equal(manager.messages.some((message) => message.includes("READY=1")), false);
  });

  test("A reload that takes long while a new configuration is taken up is no hang either", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "if test -e $DIR/slow; then sleep 2; fi; touch $DIR/slow"\n' });
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await app.start([], { env: { NOTIFY_SOCKET: manager.name, WATCHDOG_USEC: "1000000" } });
    await manager.waitFor(/READY=1/);
    await app.write("data.yaml", "name: two\n");
    await manager.waitFor(/app is being applied|app waits for its reload/, { from: manager.messages.findIndex((message) => message.includes("READY=1")) });
    const from = manager.messages.length;
    running.signal("SIGHUP");
    await manager.waitFor(/READY=1/, { from });
    const reloading = manager.messages.slice(from, manager.messages.findIndex((message, at) => at >= from && message.includes("READY=1")));
    const beats = reloading.slice(reloading.findIndex((message) => message.startsWith("RELOADING=1"))).filter((message) => message === "WATCHDOG=1").length;
    assert.ok(beats >= 3, `${beats} beats in ${reloading.join("\n")}`);
    await running.stop();
  });

  test("A watchdog that is for another process is left alone", async () => {
    await using app = await project();
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await app.start([], { env: { NOTIFY_SOCKET: manager.name, WATCHDOG_USEC: "2000000", WATCHDOG_PID: "1" } });
    await manager.waitFor(/READY=1/);
    await running.stop();
    await manager.waitFor(/STOPPING=1/);
    assert.equal(manager.messages.includes("WATCHDOG=1"), false);
  });

  test("The app and the commands do not hear of the socket and the watchdog, and READY waits for the app's start", async (t) => {
    const app = await supervised(t, { "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\ncheck_cmd = "env > $DIR/check-env"\n' });
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await startApp(app, "env > $DIR/app-env; exec sleep 60", [], { env: { NOTIFY_SOCKET: manager.name, WATCHDOG_USEC: "60000000" } });
    await manager.waitFor(/READY=1/);
    for (const file of ["check-env", "app-env"]) {
      await eventually(async () => assert.match((await app.read(file)) ?? "", /^PATH=/m));
      assert.doesNotMatch(readFileSync(app.directory.join(file), "utf8"), /NOTIFY_SOCKET|WATCHDOG/);
    }
    await running.stop();
  });

  test("An app that has ended, and waits to be started again, is in the status", async (t) => {
    const app = await supervised(t);
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await startApp(app, "exit 3", ["--restart", "always", "--backoff-min", "1m"], { env: { NOTIFY_SOCKET: manager.name, WATCHDOG_USEC: "2000000" } });
    await manager.waitFor(/^STATUS=1 of 1 units applied; the app has ended, exit status 3, and is started again$/);
    await running.stop();
  });

  test("An app that cannot be started is never READY", async (t) => {
    const app = await supervised(t);
    await using manager = await notifySocket(app.directory.join("notify"));
    await using running = await app.start(["--", app.directory.join("not-there")], { env: { NOTIFY_SOCKET: manager.name } });
    assert.equal(await running.exit, 127);
    await manager.waitFor(/STOPPING=1/);
    assert.equal(manager.messages.some((message) => message.includes("READY=1")), false, manager.messages.join("\n"));
  });

  test("A socket path that is too long, or where nobody listens, is told once in a sentence, and everything is applied all the same", async () => {
    for (const [name, why] of [["x".repeat(120), /the path of a socket has at most 107 bytes, and this one has \d+$/], ["nobody", /Cannot tell the service manager at ".*nobody": ./]] as const) {
      await using app = await project();
      await using running = await app.start([], { env: { NOTIFY_SOCKET: app.directory.join(name) } });
      const line = await running.waitForLog("Cannot tell the service manager, going on");
      assert.match(String(line["error"]), why);
      await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
      assert.equal(await running.stop(), 0);
      assert.equal(running.lines.filter(({ msg }) => msg.startsWith("Cannot tell")).length, 1);
    }
  });
});
