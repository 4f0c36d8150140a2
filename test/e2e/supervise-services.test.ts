import assert from "node:assert/strict";
import { test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { requireProgram } from "../support/requires.ts";
import { startApp, supervised } from "../support/supervised.ts";

const SERVICE = (url: string) => `[backends.etcd]\nendpoints = ["${url}"]\n[registrar]\nregistries = ["etcd"]\naddress = ["static:10.9.8.7"]\n[[service]]\nname = "web"\nport = 8080\n`;

test("Services are taken back before the app is told to stop", async (t) => {
  await using etcd = await startEtcd();
  const app = await supervised(t, { "remora.toml": SERVICE(etcd.url) });
  const get = `${requireProgram("etcdctl")} --endpoints ${etcd.url} get --print-value-only /web/host`;
  await using running = await startApp(app, `trap "${get} > $DIR/at-stop; exit 0" TERM; touch $DIR/ready; while :; do sleep 0.02; done`);
  await eventually(async () => assert.equal(await app.read("ready"), ""));
  await eventually(async () => assert.match(await etcd.ctl("get", "--print-value-only", "/web/host"), /10\.9\.8\.7/));
  assert.equal(await running.stop(), 0);
  assert.equal(await app.read("at-stop"), "", "it was still registered as the app was told to stop");
});

test("Services are taken back when the app ends by itself", async (t) => {
  await using etcd = await startEtcd();
  const app = await supervised(t, { "remora.toml": SERVICE(etcd.url) });
  await using running = await startApp(app, "while ! test -e $DIR/end; do sleep 0.02; done; exit 3");
  await eventually(async () => assert.match(await etcd.ctl("get", "--print-value-only", "/web/host"), /10\.9\.8\.7/));
  await app.write("end", "now");
  assert.equal(await running.exit, 3);
  assert.equal(await etcd.ctl("get", "--print-value-only", "/web/host"), "");
});
