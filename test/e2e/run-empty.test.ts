import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { project } from "../support/remora.ts";

const upstream = (more = "") => ({
  "data.yaml": "",
  "templates/app.njk": '{% for p in gets("/up/*") %}{{ p.value }} {% else %}none{% endfor %}.\n',
  "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n${more}`,
});

describe("A prefix that had keys and has none any more", () => {
  test("keeps the files, says which prefix, and goes on when keys are back", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/up/1", "a");
    await using app = await project(upstream());
    await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url, "--reconcile", "50ms"]);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "a .\n"));
    await etcd.delete("/up/1");
    const failed = await running.waitForLog("Unit failed");
    assert.match(String(failed.error), /"etcd:\/up\/\.\.\." had keys and has none now/);
    assert.match(String(failed.hint), /on_empty = "render"/);
    assert.equal(await app.read("out/app.conf"), "a .\n");
    await etcd.put("/up/2", "b");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "b .\n"));
    assert.equal(running.lines.filter(({ msg }) => msg === "Unit failed").length, 1, "told once, however often it was compared");
  });

  test("keeps the files over a restart too, and a one-shot run exits 4", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/up/1", "a");
    await using app = await project(upstream());
    const backend = ["--backend", "etcd", "--etcd-endpoints", etcd.url];
    assert.equal((await app.remora(["render", ...backend])).code, 0);
    await etcd.delete("/up/1");
    const { code, stderr } = await app.remora(["render", ...backend]);
    assert.equal(code, 4);
    assert.match(stderr, /had keys and has none now/);
    assert.equal(await app.read("out/app.conf"), "a .\n");
  });

  test('is rendered without them where on_empty is "render", and where it never had any', async () => {
    await using etcd = await startEtcd();
    await using app = await project(upstream('on_empty = "render"\n'));
    await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "none.\n"));
    await etcd.put("/up/1", "a");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "a .\n"));
    await etcd.delete("/up/1");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "none.\n"));
    assert.equal(await running.stop(), 0);
  });

  test("holds for a service of Consul's catalog likewise", async () => {
    await using consul = await startConsul();
    await consul.register({ ID: "web-1", Name: "web", Address: "10.0.0.5", Port: 80 });
    await using app = await project({ ...upstream(), "templates/app.njk": '{% for i in service("web") %}{{ i.address }} {% else %}none{% endfor %}.\n' });
    await using running = await app.start(["--backend", "consul", "--consul-address", consul.url]);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "10.0.0.5 .\n"));
    await consul.deregister("web-1");
    const failed = await running.waitForLog("Unit failed");
    assert.match(String(failed.error), /"consul:service:web" had keys and has none now/);
    assert.equal(await app.read("out/app.conf"), "10.0.0.5 .\n");
  });
});
