import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { type Etcd, openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { fastClock, type Mirroring, mirroring } from "./mirroring.ts";

const ROOT = ["--user=root:root-secret"];
/** The pauses between two questions for what was denied are a tenth as long. */
const FAST = fastClock(10);

describe("a mirror of which a part is denied", { concurrency: 3 }, () => {
  let etcd: Etcd;
  before(async () => {
    etcd = await startEtcd();
    for (const user of ["begins", "granted", "revoked", "later", "below"]) {
      await etcd.put(toKey(`/${user}/mine`), "1");
      await etcd.put(toKey(`/${user}/theirs`), "1");
      await etcd.ctl("role", "add", user);
      await etcd.ctl("role", "grant-permission", user, "read", `/${user}/mine`);
      await etcd.ctl("user", "add", `${user}:secret`);
      await etcd.ctl("user", "grant-role", user, user);
    }
    await etcd.ctl("role", "grant-permission", "revoked", "read", "/revoked/theirs");
    await etcd.ctl("user", "add", "root:root-secret");
    await etcd.ctl("user", "grant-role", "root", "root");
    await etcd.ctl("auth", "enable");
  });
  after(() => etcd?.[Symbol.asyncDispose]());

  const root = (...args: string[]) => etcd.ctl(...ROOT, ...args);
  const denial = ({ mirror }: Mirroring, key: string) => mirror.store.snapshot.denial({ key: toKey(key) })?.code;

  test("follows the rest, and says what is denied", () =>
    mirrored("begins", ["/begins/mine", "/begins/theirs"], async (one) => {
      assert.equal(denial(one, "/begins/theirs"), "BACKEND_DENIED");
      assert.equal(one.mirror.store.snapshot.covers({ key: toKey("/begins/theirs") }), false);
      await root("put", "/begins/mine", "2");
      await one.holds({ "/begins/mine": "2" });
      assert.deepEqual([one.mirror.state.kind, one.said], ["live", []]);
    }));

  test("reads what was denied once the permission is given", () =>
    mirrored("granted", ["/granted/mine", "/granted/theirs"], async (one) => {
      await root("role", "grant-permission", "granted", "read", "/granted/theirs");
      await one.holds({ "/granted/mine": "1", "/granted/theirs": "1" });
      assert.equal(denial(one, "/granted/theirs"), undefined);
      assert.ok(one.sets.some(({ permissions }) => permissions));
    }));

  test("follows the rest when a permission is taken away, and keeps what it had of it", () =>
    mirrored("revoked", ["/revoked/mine", "/revoked/theirs"], async (one, cut) => {
      await root("role", "revoke-permission", "revoked", "/revoked/theirs");
      cut();
      await eventually(() => assert.equal(denial(one, "/revoked/theirs"), "BACKEND_DENIED"));
      await root("put", "/revoked/mine", "2");
      await one.holds({ "/revoked/mine": "2", "/revoked/theirs": "1" });
    }));

  test("goes on when something is wanted later that is denied", () =>
    mirrored("later", ["/later/mine"], async (one) => {
      one.mirror.want([toKey("/later/theirs")]);
      await eventually(() => assert.equal(denial(one, "/later/theirs"), "BACKEND_DENIED"));
      await root("put", "/later/mine", "2");
      await one.holds({ "/later/mine": "2" });
    }));

  test("follows what is allowed below what is denied", () =>
    mirrored("below", ["/", "/below/mine"], async (one) => {
      assert.equal(denial(one, "/"), "BACKEND_DENIED");
      assert.deepEqual([one.values, one.mirror.store.snapshot.prefixes], [{ "/below/mine": "1" }, ["/below/mine"]]);
      one.mirror.want([toKey("/below/theirs")]);
      await eventually(() => assert.equal(denial(one, "/below/theirs"), "BACKEND_DENIED"));
      await root("put", "/below/mine", "2");
      await one.holds({ "/below/mine": "2" });
    }));

  async function mirrored(user: string, prefixes: readonly string[], act: (one: Mirroring, cut: () => void) => Promise<void>): Promise<void> {
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`], { username: user, password: "secret" });
    await using one = await mirroring(opened.backend, prefixes, FAST);
    await act(one, () => proxy.cut());
  }
});
