import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { type Project, project } from "../support/remora.ts";
import { startRedis } from "../support/redis.ts";
import { startSmallVault } from "../support/vault.ts";
import { zookeeperPen } from "../support/zookeeper-backend.ts";
import { startZookeeper } from "../support/zookeeper.ts";

const UNIT = {
  "templates/app.njk": 'host = {{ getv("/db/host") }}\n{% for web in service("web", from="/services") %}web = {{ web.address }}:{{ web.port }}\n{% endfor %}',
  "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n',
};

describe("other backends", () => {
  test("Redis: hashes, services and a put are followed, and DEBUG shows no password", async () => {
    await using redis = await startRedis({ password: "hunter2-hunter2" });
    await redis.client.hset("/db", { host: "one" });
    await redis.client.set("/services/web/1", "10.0.0.1:80");
    await using app = await project({ ...UNIT, "remora.toml": `backend = "redis"\n[backends.redis]\naddress = "127.0.0.1:${redis.port}"\npassword = "hunter2-hunter2"\n` });
    await using running = await app.start([], { env: { DEBUG: "*" } });
    await holds(app, "host = one\nweb = 10.0.0.1:80\n");
    assert.equal((await app.remora(["keys", "put", "/db/host", "two"])).code, 0);
    await redis.client.set("/services/web/2", "10.0.0.2:80");
    await holds(app, "host = two\nweb = 10.0.0.1:80\nweb = 10.0.0.2:80\n");
    assert.equal(await redis.client.hget("/db", "host"), "two");
    assert.equal(await running.stop(), 0);
    assert.deepEqual(running.lines.filter((line) => line.level === "text"), []);
  });

  test("a unit with a backend of its own reads from it alone, below its prefix", async () => {
    await using app = await project({
      "templates/app.njk": 'host = {{ getv("/host") }}, {{ getv("file:/db/host") }}{% for pair in gets("/*") %} {{ pair.key }}{% endfor %}\n',
      "conf.d/app.toml": '[template]\nbackend = "env"\nprefix = "/db"\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n',
      "data.yaml": "db:\n  host: file\n",
      "remora.toml": '[backends.env]\nprefix = "APP_"\n',
    });
    const { code, stderr } = await app.remora(["render"], { env: { APP_DB_HOST: "variable" } });
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "host = variable, file /host");
  });

  test("ZooKeeper: nodes, services and a put are followed", async () => {
    await using zookeeper = await startZookeeper();
    using pen = await zookeeperPen(zookeeper.server);
    await pen.put("/apps/db/host", "one");
    await using app = await project({ ...UNIT, "remora.toml": `backend = "zookeeper"\n[backends.zookeeper]\nservers = ["${zookeeper.server}"]\nchroot = "/apps"\n` });
    await using running = await app.start();
    await holds(app, "host = one\n");
    assert.equal((await app.remora(["keys", "put", "/db/host", "two"])).code, 0);
    await pen.put("/apps/services/web/1", "10.0.0.1:80");
    await holds(app, "host = two\nweb = 10.0.0.1:80\n");
    assert.equal(await running.stop(), 0);
  });

  test("Vault: what is rendered from it is 0600 and its diff withheld, and it cannot be written to", async () => {
    await using vault = await startSmallVault();
    await vault.put("kv/db", { password: "correct horse" });
    await using app = await project({
      "templates/app.njk": 'password = {{ getv("vault:/kv/db/password") }}\n',
      "conf.d/app.toml": UNIT["conf.d/app.toml"],
      "remora.toml": `[backends.vault]\naddress = "${vault.url}"\ntoken = "${vault.rootToken}"\ninterval = "50ms"\n`,
    });
    const dry = await app.remora(["render", "--dry-run"]);
    assert.match(dry.stdout, /Withheld/);
    assert.doesNotMatch(dry.stdout + dry.stderr, /horse/);
    await using running = await app.start();
    await holds(app, "password = correct horse\n");
    assert.equal((await stat(app.directory.join("out/app.conf"))).mode & 0o777, 0o600);
    await vault.put("kv/db", { password: "battery staple" });
    await holds(app, "password = battery staple\n");
    assert.equal(await running.stop(), 0);
    const { code, stderr } = await app.remora(["keys", "put", "vault:/kv/db/password", "x"]);
    assert.deepEqual([code, stderr.includes('Cannot write to backend "vault": it can only be read')], [2, true], stderr);
  });

  function holds(app: Project, text: string): Promise<void> {
    return eventually(async () => assert.equal(await app.read("out/app.conf"), text));
  }
});
