import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startDocker } from "../support/docker.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { notifySocket } from "../support/notify-socket.ts";
import { freePort } from "../support/process.ts";
import { project, startRemora } from "../support/remora.ts";
import { statusWhen } from "../support/status.ts";

const WEB = ["--name", "web", "--port", "80", "--address", "static:10.9.8.7"];
const READY = /READY=1/;

// On the Node build it is systemd-notify that sends.
describe("remora register tells the service manager", () => {
  test("READY comes when everything is registered, and until then the status says what is waited for", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    await using manager = await notifySocket(folder.directory.join("notify"));
    await folder.write("remora.toml", `[[service]]\nname = "web"\nport = 80\naddress = ["static:10.9.8.7"]\nchecks = ["command:test -e ${folder.directory.join("up")} || exit 2"]\ncheck_interval = "100ms"\n`);
    await using running = await startRemora(["register", ...folder.flags, "--backend", "etcd", "--etcd-endpoints", etcd.url], { env: { NOTIFY_SOCKET: manager.name } });
    await manager.waitFor(/^STATUS=0 registered in etcd; web waits for its checks$/);
    assert.equal(manager.messages.some((message) => READY.test(message)), false);
    const { ready, not_ready } = await statusWhen(folder.directory.join("state/register.sock"), () => {});
    assert.deepEqual([ready, not_ready], [false, ["web waits for its checks"]]);
    await folder.write("up", "");
    assert.equal(await manager.waitFor(READY), "READY=1\nSTATUS=1 registered in etcd");
    assert.equal((await etcd.ctl("get", "/web/host", "--print-value-only")).trim(), "10.9.8.7");
    assert.equal(await running.stop(), 0);
    assert.match(await manager.waitFor(/STOPPING=1/), /^STOPPING=1\nEXTEND_TIMEOUT_USEC=\d+\nSTATUS=Stopping$/);
  });

  test("A registry that is away is named, and is no hang", async () => {
    await using folder = await project();
    await using manager = await notifySocket(folder.directory.join("notify"));
    const args = ["register", ...folder.flags, "--backend", "etcd", "--etcd-endpoints", `http://127.0.0.1:${await freePort()}`, "--shutdown-timeout", "1s", ...WEB];
    await using running = await startRemora(args, { env: { NOTIFY_SOCKET: manager.name, WATCHDOG_USEC: "2000000" } });
    await manager.waitFor(/^STATUS=etcd is away: ./);
    const beats = () => manager.messages.filter((message) => message === "WATCHDOG=1").length;
    await eventually(() => assert.ok(beats() >= 3, `${beats()} beats`), { within: 15_000 });
    assert.equal(manager.messages.some((message) => READY.test(message)), false);
    assert.equal(await running.stop(), 0);
  });

  test("READY comes for a host without a container too, once its engine has answered", { timeout: 60_000 }, async () => {
    await using docker = await startDocker();
    await using etcd = await startEtcd();
    await using folder = await project();
    await using manager = await notifySocket(folder.directory.join("notify"));
    await docker.stop();
    await using running = await startRemora(["register", ...folder.flags, "--backend", "etcd", "--etcd-endpoints", etcd.url, "--docker", "--host", docker.host], { env: { NOTIFY_SOCKET: manager.name } });
    await manager.waitFor(/^STATUS=0 registered in etcd; docker is being read$/);
    await docker.start();
    assert.equal(await manager.waitFor(READY), "READY=1\nSTATUS=0 registered in etcd");
    assert.equal(await running.stop(), 0);
  });
});
