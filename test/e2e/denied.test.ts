import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project } from "../support/remora.ts";

const UNIT = (name: string) => `[template]\nsrc = "${name}.njk"\ndest = "$DIR/out/${name}.conf"\n`;

describe("A unit that reads what it may not read", () => {
  let etcd: Etcd;
  before(async () => {
    etcd = await startEtcd();
    await etcd.put(toKey("/mine/name"), "1");
    await etcd.put(toKey("/theirs/name"), "1");
    await etcd.ctl("role", "add", "reader");
    await etcd.ctl("role", "grant-permission", "--prefix=true", "reader", "read", "/mine/");
    await etcd.ctl("user", "add", "reader:secret");
    await etcd.ctl("user", "grant-role", "reader", "reader");
    await etcd.ctl("user", "add", "root:root-secret");
    await etcd.ctl("user", "grant-role", "root", "root");
    await etcd.ctl("auth", "enable");
  });
  after(() => etcd?.[Symbol.asyncDispose]());

  const root = (...args: string[]) => etcd.ctl("--user=root:root-secret", ...args);
  const flags = () => ["--backend", "etcd", "--etcd-endpoints", etcd.url, "--etcd-username", "reader", "--etcd-password", "secret"];
  const twoUnits = (): Promise<Project> =>
    project({
      "conf.d/app.toml": UNIT("mine"),
      "conf.d/theirs.toml": UNIT("theirs"),
      "templates/mine.njk": '{{ getv("/mine/name") }}',
      "templates/theirs.njk": '{{ getv("/theirs/name", "a default that is wrong here") }}',
    });

  test("fails alone in a one-shot run, with file, line, key and what to grant", async () => {
    await using app = await twoUnits();
    const { code, stderr } = await app.remora(["render", ...flags()]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /theirs\.njk:1:4: Cannot render "theirs\.njk": cannot read "\/theirs\/name" from etcd .*: permission denied/);
    assert.match(stderr, /hint: .*grant-permission/);
    assert.deepEqual([await app.read("out/mine.conf"), await app.read("out/theirs.conf")], ["1", undefined]);
  });

  test("fails alone in run, and is applied when the permission is given", async () => {
    await using app = await twoUnits();
    await using running = await app.start(flags());
    const failed = await running.waitForLog("Unit failed");
    assert.equal(failed["unit"], "theirs");
    await eventually(async () => assert.equal(await app.read("out/mine.conf"), "1"));
    await root("put", "/mine/name", "2");
    await eventually(async () => assert.equal(await app.read("out/mine.conf"), "2"));
    await root("role", "grant-permission", "--prefix=true", "reader", "read", "/theirs/");
    await eventually(async () => assert.equal(await app.read("out/theirs.conf"), "1"), { within: 20_000 });
  });
});
