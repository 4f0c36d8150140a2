import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { programWords, project } from "../support/remora.ts";
import { startSystemd } from "../support/systemd.ts";

const unitOf = (name: string) => readFileSync(new URL(`../../examples/systemd/${name}`, import.meta.url), "utf8");
/** Limits that systemd makes by mounting, which its user instance may not where a test runs. */
const BY_MOUNTING = ["ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectClock", "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables"];

/** What has to be other where a test runs. */
function changes(command: string): readonly string[] {
  return ["[Service]", "ExecStart=", `ExecStart=${command}`, "NotifyAccess=all", "WatchdogSec=4s", "RestartSec=100ms", "ProtectSystem=no", ...BY_MOUNTING.map((name) => `${name}=no`)];
}

test("systemd itself, by the unit of examples/systemd, starts Remora when every unit is applied, shows what it waits for, reloads it, and kills it when its loop hangs", async () => {
  await using app = await project({ "data.yaml": "other: x\n" });
  const command = [...(await programWords()), "run", ...app.flags].join(" ");
  // Without the executable it is systemd-notify that speaks.
  const changed = [...changes(command), "ReadWritePaths="];
  await using systemd = await startSystemd({ "remora.service": unitOf("remora.service"), "remora.service.d/test.conf": `${changed.join("\n")}\n` });
  const shows = (expected: Readonly<Record<string, string>>) => eventually(async () => assert.deepEqual(await systemd.show("remora", ...Object.keys(expected)), expected), { within: 20_000, every: 100 });

  await systemd.ctl("start", "--no-block", "remora");
  await shows({ ActiveState: "activating", StatusText: "0 of 1 units applied; app waits for file:/name" });
  await app.write("data.yaml", "name: one\n");
  await shows({ ActiveState: "active", SubState: "running", StatusText: "1 of 1 units applied" });
  assert.equal(await app.read("out/app.conf"), "name = one\n");

  await app.write("remora.toml", 'relaod = "1m"\n');
  await systemd.ctl("reload", "remora");
  await eventually(async () => assert.match((await systemd.show("remora", "StatusText"))["StatusText"] ?? "", /the new configuration is refused: .*relaod/), { within: 20_000 });
  await app.write("remora.toml", "");
  await shows({ ActiveState: "active", SubState: "running", StatusText: "1 of 1 units applied", NRestarts: "0" });

  const { MainPID: hung = "" } = await systemd.show("remora", "MainPID");
  process.kill(Number(hung), "SIGSTOP");
  await shows({ ActiveState: "active", NRestarts: "1", StatusText: "1 of 1 units applied" });
  assert.notEqual((await systemd.show("remora", "MainPID"))["MainPID"], hung);
  await systemd.ctl("stop", "remora");
  await shows({ ActiveState: "inactive", Result: "success" });
});

test("systemd itself, by the other unit, starts a registrar when everything is registered, kills it when it hangs, and has it deregister at the stop", async () => {
  await using etcd = await startEtcd();
  await using app = await project();
  await app.write("remora.toml", `[[service]]\nname = "web"\nport = 80\naddress = ["static:10.9.8.7"]\nchecks = ["command:test -e ${app.directory.join("up")} || exit 2"]\ncheck_interval = "100ms"\n`);
  const command = [...(await programWords()), "register", ...app.flags, "--backend", "etcd", "--etcd-endpoints", etcd.url].join(" ");
  await using systemd = await startSystemd({ "register.service": unitOf("remora-register.service"), "register.service.d/test.conf": `${[...changes(command), "CapabilityBoundingSet=~"].join("\n")}\n` });
  const shows = (expected: Readonly<Record<string, string>>) => eventually(async () => assert.deepEqual(await systemd.show("register", ...Object.keys(expected)), expected), { within: 20_000, every: 100 });

  await systemd.ctl("start", "--no-block", "register");
  await shows({ ActiveState: "activating", StatusText: "0 registered in etcd; web waits for its checks" });
  await app.write("up", "");
  await shows({ ActiveState: "active", SubState: "running", StatusText: "1 registered in etcd" });

  const { MainPID: hung = "" } = await systemd.show("register", "MainPID");
  process.kill(Number(hung), "SIGSTOP");
  await shows({ ActiveState: "active", NRestarts: "1", StatusText: "1 registered in etcd" });
  assert.equal((await etcd.ctl("get", "/web/host", "--print-value-only")).trim(), "10.9.8.7");
  await systemd.ctl("stop", "register");
  await shows({ ActiveState: "inactive", Result: "success" });
  assert.equal(await etcd.ctl("get", "/web", "--prefix"), "");
});
