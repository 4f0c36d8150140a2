import assert from "node:assert/strict";
import { test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { project, startRemora } from "../support/remora.ts";
import { ask, statusWhen } from "../support/status.ts";
import { startApp, supervised, unit } from "../support/supervised.ts";

test("A backend that is away is down with its reason and how stale the copy is, and live again afterwards; the unit stays ready", async () => {
  await using etcd = await startEtcd();
  await etcd.put("/name", "one");
  await using app = await project();
  const socket = app.directory.join("state/remora.sock");
  await using _ = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
  await statusWhen(socket, ({ ready }) => assert.ok(ready));
  await etcd.kill();
  const away = await statusWhen(socket, ({ backends: [backend] }) => assert.ok(backend?.state === "down" && (backend.staleness_seconds ?? 0) > 0.1));
  assert.deepEqual([away.backends[0]?.connected_since, away.backends[0]?.outages, away.ready], [null, 1, true]);
  assert.match(away.backends[0]?.error?.code ?? "", /^BACKEND_/);
  assert.match((await ask(socket, "/metrics")).body, /^remora_backend_up\{backend="etcd"\} 0$/m);
  await etcd.start();
  const back = await statusWhen(socket, ({ backends: [backend] }) => assert.equal(backend?.state, "live"));
  assert.deepEqual([back.backends[0]?.error, back.backends[0]?.staleness_seconds, back.backends[0]?.outages], [null, 0, 1]);
});

test("The app is told with its process, how it ended last and how often it was started", async (t) => {
  const app = await supervised(t, unit('on_change = "none"'));
  const socket = app.directory.join("state/remora.sock");
  await using _ = await startApp(app, "test -e $DIR/once && exec sleep 60; touch $DIR/once; exit 3", ["--restart", "always", "--backoff-min", "10ms"]);
  const status = await statusWhen(socket, ({ app: child }) => assert.deepEqual([child?.running, child?.starts, child?.last_end], [true, 2, "exit status 3"]));
  assert.equal(status.app?.program, "/bin/sh");
  assert.doesNotThrow(() => process.kill(status.app?.pid ?? 0, 0), "it is that process");
  assert.match((await app.remora(["status"])).stdout, /^\/bin\/sh +running +\d+ +\S+ +2 +last ended with exit status 3/m);
});

test("Registrations are told with the lease that keeps them, which is the one that etcd has", async () => {
  await using etcd = await startEtcd();
  await using app = await project();
  const socket = app.directory.join("state/register.sock");
  await using _ = await startRemora(["register", ...app.flags, "--backend", "etcd", "--etcd-endpoints", etcd.url, "--name", "web", "--port", "80", "--address", "static:10.9.8.7"]);
  const { registries: [registry], ready } = await statusWhen(socket, (status) => assert.ok(status.ready && status.registries[0]?.registrations.length === 1));
  assert.deepEqual(registry?.registrations, [{ id: "/web/host", state: "registered", error: null }]);
  assert.deepEqual([ready, registry?.state, registry?.lease?.kind, registry?.lease?.ttl_seconds], [true, "up", "lease", 30]);
  assert.ok((await etcd.ctl("lease", "list")).includes(registry?.lease?.id ?? "none"));
});

test("What remora run registers in Consul is told beside the units", async () => {
  await using consul = await startConsul();
  await using app = await project({ "remora.toml": '[registrar]\nregistries = ["consul"]\naddress = ["static:10.9.8.7"]\n[[service]]\nname = "web"\nport = 80\n' });
  await using _ = await app.start(["--consul-address", consul.url]);
  const { registries: [registry], units } = await statusWhen(app.directory.join("state/remora.sock"), (status) => assert.equal(status.registries[0]?.registrations[0]?.state, "registered"));
  assert.deepEqual([registry?.name, registry?.lease?.kind, units[0]?.state], ["consul", "heartbeats", "applied"]);
});

test("The same failure is logged once, however often it comes, and counted in the status", async () => {
  await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\ncheck_cmd = "grep -q good {{ src }}"\n' });
  const socket = app.directory.join("state/remora.sock");
  await using running = await app.start(["--wait-max", "20ms"]);
  for (let round = 1; round <= 5; round += 1) {
    await statusWhen(socket, ({ units }) => assert.ok((units[0]?.failure?.times ?? 0) >= round));
    await app.write("data.yaml", `name: bad ${round}\n`);
  }
  assert.equal(running.lines.filter(({ msg }) => msg === "Unit failed").length, 1);
  await app.write("data.yaml", "name: good\n");
  await statusWhen(socket, ({ ready }) => assert.ok(ready));
  await app.write("data.yaml", "name: bad again\n");
  await eventually(() => assert.equal(running.lines.filter(({ msg }) => msg === "Unit failed").length, 2, "one that comes anew is told at once"));
});
