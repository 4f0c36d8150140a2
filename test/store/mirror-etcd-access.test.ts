import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Etcd, openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { type Mirroring, mirroring, ONE_OUTAGE } from "./mirroring.ts";

const ROOT = ["--user=root:root-secret"];

describe("a mirror of etcd with users", { concurrency: 3 }, () => {
  let etcd: Etcd;
  before(async () => {
    // A token that nobody uses is forgotten after a second.
    etcd = await startEtcd({ flags: ["--auth-token=simple", "--auth-token-ttl=1"] });
    for (const user of ["expires", "locked", "shut-out"]) {
      await etcd.put(`/${user}/key`, "1");
      await etcd.ctl("user", "add", `${user}:secret`);
      await etcd.ctl("role", "add", user);
      await grant(user);
      await etcd.ctl("user", "grant-role", user, user);
    }
    await etcd.ctl("user", "add", "root:root-secret");
    await etcd.ctl("user", "grant-role", "root", "root");
    await etcd.ctl("auth", "enable");
  });
  after(() => etcd?.[Symbol.asyncDispose]());

  const root = (...args: string[]) => etcd.ctl(...ROOT, ...args);
  const grant = (user: string, ...as: string[]) => etcd.ctl(...as, "role", "grant-permission", "--prefix=true", user, "read", `/${user}`);
  const revoke = (user: string) => root("role", "revoke-permission", "--prefix=true", user, `/${user}`);

  test("outlives its token without an outage, and logs in again with a new connection", () =>
    mirroredAs("expires", async (mirrored, proxy) => {
      const from = performance.now();
      await eventually(() => assert.ok(performance.now() - from > 3_000, "not yet"), { within: 5_000, every: 50 });
      await root("put", "/expires/key", "2");
      await mirrored.holds({ "/expires/key": "2" });
      assert.deepEqual(mirrored.said, []);
      proxy.cut();
      await eventually(() => assert.deepEqual(mirrored.said, ONE_OUTAGE));
      assert.equal(mirrored.mirror.reads, 1);
    }));

  test("is denied while its permission is gone, keeps what it has, and recovers when it is given back", () =>
    mirroredAs("shut-out", async (mirrored, proxy) => {
      await revoke("shut-out");
      proxy.cut();
      await eventually(async () => assert.equal(await mirrored.down(), "BACKEND_DENIED"));
      await root("put", "/shut-out/key", "2");
      assert.deepEqual(mirrored.values, { "/shut-out/key": "1" });
      await grant("shut-out", ...ROOT);
      await mirrored.holds({ "/shut-out/key": "2" });
      await mirrored.live();
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    }));

  test("is denied while its password is another one, and recovers when it is taken again", () =>
    mirroredAs("locked", async (mirrored, proxy) => {
      await setPassword("locked", "another");
      proxy.cut();
      await eventually(async () => assert.equal(await mirrored.down(), "BACKEND_DENIED"));
      await root("put", "/locked/key", "2");
      await setPassword("locked", "secret");
      await mirrored.holds({ "/locked/key": "2" });
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
      assert.equal(mirrored.mirror.reads, 1);
    }));

  async function mirroredAs(user: string, act: (mirrored: Mirroring, proxy: TcpProxy) => Promise<void>): Promise<void> {
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`], { username: user, password: "secret" });
    await using mirrored = await mirroring(opened.backend, [`/${user}`]);
    await act(mirrored, proxy);
  }

  /** Deletes the user and makes it anew: etcdctl asks for a new password on a terminal. */
  async function setPassword(user: string, password: string): Promise<void> {
    await root("user", "delete", user);
    await root("user", "add", `${user}:${password}`);
    await root("user", "grant-role", user, user);
  }
});
