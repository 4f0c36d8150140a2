import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { confdProject } from "../support/confd.ts";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";

// What confd was seen to do wrong, by its command line; the rest of that list is tested where it belongs: reloads, outages, storms, files.

const resource = (dest: string, more: string) => `[template]\nsrc = "${dest}.tmpl"\ndest = "$DIR/out/${dest}"\n${more}`;

describe("what confd fails at", () => {
  test("one transaction is one reload of those that share it, after all of their files", async () => {
    await using etcd = await startEtcd();
    await etcd.putTogether({ "/a": "1", "/b": "1" });
    const shared = 'keys = ["/"]\nreload_cmd = "cat $DIR/out/a $DIR/out/b >> $DIR/loaded; echo >> $DIR/loaded"\n';
    await using app = await confdProject({ "conf.d/app.toml": "", "conf.d/a.toml": resource("a", shared), "conf.d/b.toml": resource("b", shared), "templates/a.tmpl": '{{getv "/a"}}', "templates/b.tmpl": '{{getv "/b"}}' });
    await using running = await app.startConfd(["etcd", "--watch", "--node", etcd.url]);
    await eventually(async () => assert.equal(await app.read("loaded"), "11\n"), { within: 10_000 });
    await etcd.putTogether({ "/a": "2", "/b": "2" });
    await eventually(async () => assert.equal(await app.read("loaded"), "11\n22\n"));
    assert.equal(await running.stop(), 0);
  });

  test("a resource without keys is rendered, one whose key is missing waits for it and says so", async () => {
    await using etcd = await startEtcd();
    await using app = await confdProject({ "conf.d/none.toml": resource("none", "keys = []\n"), "templates/none.tmpl": '{{getv "/other" "default"}}\n' });
    await using running = await app.startConfd(["etcd", "--watch", "--node", etcd.url]);
    await eventually(async () => assert.equal(await app.read("out/none"), "default\n"), { within: 10_000 });
    assert.deepEqual((await running.waitForLog("Waiting for keys"))["missing"], ["etcd:/name"]);
    await etcd.putTogether({ "/name": "one", "/other": "two" });
    await eventually(async () => assert.deepEqual([await app.read("out/app.conf"), await app.read("out/none")], ["name = one\n", "two\n"]));
    assert.equal(await running.stop(), 0);
  });

  test("a reload that leaves something in the background holds up neither the next change nor the end", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await using app = await confdProject({ "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\nreload_cmd = "sleep 10 & echo reload >> $DIR/reloads"\n' });
    await using running = await app.startConfd(["etcd", "--watch", "--node", etcd.url]);
    await eventually(async () => assert.equal(await app.read("reloads"), "reload\n"), { within: 10_000 });
    await etcd.put("/name", "two");
    await eventually(async () => assert.deepEqual([await app.read("out/app.conf"), await app.read("reloads")], ["name = two\n", "reload\nreload\n"]));
    assert.equal(await running.stop(), 0);
  });

  test("a prefix of Consul's ends at its slash, and folders are no keys", async () => {
    await using consul = await startConsul();
    for (const [key, value] of [["/map/app/x", "1"], ["/map/app/", ""], ["/map/application/y", "2"]] as const) await consul.put(key, value);
    await using app = await confdProject({ "conf.d/app.toml": resource("app", 'prefix = "/map/app"\nkeys = ["/"]\n'), "templates/app.tmpl": '{{range gets "/*"}}{{.Key}}={{.Value}} {{end}}{{ls "/"}}\n' });
    const { code, stderr } = await app.confd(["consul", "--onetime", "--node", `127.0.0.1:${consul.port}`]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app"), "/x=1 [x]\n");
  });

  test("with nothing but broken resources, and at an address that is taken, it ends with 1", async () => {
    await using broken = await confdProject({ "conf.d/app.toml": "[template]\n" });
    assert.equal((await broken.confd(["env", "--watch"])).code, 1);
    await using app = await confdProject();
    await using consul = await startConsul();
    const { code, stderr } = await app.confd(["env", "--watch", "--metrics-addr", `127.0.0.1:${consul.port}`], { env: { NAME: "one" } });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /another process listens there\n {2}hint: Name another address with --metrics-addr/);
  });
});
