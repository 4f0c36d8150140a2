import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Etcd, startEtcd } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { instance } from "../../support/instance.ts";
import { realPorts } from "../../support/ports.ts";
import { keeping, openRegistry, ownedBy, register } from "../../support/registries.ts";
import { tempDir } from "../../support/temp.ts";
import { keysBelow, openEtcdRegistry } from "./etcd-support.ts";

describe("who owns what in etcd", () => {
  let etcd: Etcd;
  before(async () => void (etcd = await startEtcd()));
  after(() => etcd?.[Symbol.asyncDispose]());

  test("a key that was written by hand is refused, also when it holds the same, and left alone", async () => {
    await using registry = await openEtcdRegistry([etcd.url], "/by-hand");
    await etcd.put("/by-hand/web/a", "10.0.0.5:80");
    await assert.rejects(register(registry, instance("a")), { code: "REGISTRATION_CONFLICT", message: /^Cannot register "\/by-hand\/web\/a" in etcd at .*: somebody else wrote it, under no lease$/ });
    await registry.deregister("/by-hand/web/a", AbortSignal.timeout(5_000));
    assert.equal((await keysBelow(etcd, "/by-hand"))["/by-hand/web/a"]?.value, "10.0.0.5:80");
  });

  test("a key that was written by hand is taken over where that is wanted, which is told", async () => {
    const ports = realPorts();
    await using registry = await openEtcdRegistry([etcd.url], "/over", { onConflict: "take over", ports });
    await etcd.put("/over/web/a", "10.0.0.9:80");
    await register(registry, instance("a"));
    assert.deepEqual(await ownedBy(registry), { "/over/web/a": "10.0.0.5:80" });
    assert.deepEqual(ports.log.lines.map(({ message }) => message), ["Took over a key"]);
  });

  test("a key of ours that somebody wrote over is theirs", async () => {
    await using registry = await openEtcdRegistry([etcd.url], "/written-over");
    await register(registry, instance("a"));
    await etcd.put("/written-over/web/a", "mine");
    assert.deepEqual(await ownedBy(registry), {});
    await registry.deregister("/written-over/web/a", AbortSignal.timeout(5_000));
    assert.equal((await keysBelow(etcd, "/written-over"))["/written-over/web/a"]?.value, "mine");
  });

  test("two registries of one registrar do not see each other's keys", async () => {
    await using one = await openEtcdRegistry([etcd.url], "/one", { registrar: "both" });
    await using two = await openEtcdRegistry([etcd.url], "/two", { registrar: "both", name: "second" });
    await register(one, instance("a"));
    await register(two, instance("a"));
    assert.deepEqual([Object.keys(await ownedBy(one)), Object.keys(await ownedBy(two))], [["/one/web/a"], ["/two/web/a"]]);
  });

  test("the side key is written again when somebody removed it", async () => {
    await using registry = await openEtcdRegistry([etcd.url], "/side");
    await using _keeper = await keeping(registry, instance("a"));
    const before = await keysBelow(etcd, "/side");
    await etcd.delete("/_remora/registrars/side");
    await eventually(async () => assert.equal(Object.keys(await keysBelow(etcd, "/_remora/registrars/side")).length, 1));
    assert.deepEqual(await keysBelow(etcd, "/side"), before);
  });

  test("a registrar that is closed with nothing registered leaves no lease", async () => {
    await using own = await startEtcd();
    {
      await using registry = await openEtcdRegistry([own.url], "/nothing");
      await register(registry, instance("a"));
      assert.equal(await leases(own), 1);
      await registry.deregister("/nothing/web/a", AbortSignal.timeout(5_000));
    }
    assert.deepEqual([await leases(own), await keysBelow(own, "/")], [0, {}]);
  });

  test("where the TTL is another than that of the former run, everything goes to a new lease without being away", async () => {
    const all = Array.from({ length: 130 }, (_, index) => instance(`moved-${index}`));
    {
      await using registry = await openEtcdRegistry([etcd.url], "/moved", { ttl: 60_000 });
      await register(registry, ...all);
    }
    const before = await keysBelow(etcd, "/moved");
    await using registry = await openEtcdRegistry([etcd.url], "/moved", { ttl: 120_000 });
    assert.equal(Object.keys(await ownedBy(registry)).length, all.length);
    const now = await keysBelow(etcd, "/moved");
    const lasting = (found: typeof before) => Object.entries(found).map(([key, { value, created }]) => [key, value, created]);
    assert.deepEqual(lasting(now), lasting(before));
    assert.match(await etcd.ctl("lease", "timetolive", BigInt(now["/moved/web/moved-0"]?.lease ?? 0).toString(16)), /granted with TTL\(120s\)/);
  });

  test("no instance can be published where registrars keep what they own", async () => {
    await using registry = await openEtcdRegistry([etcd.url], "/_remora");
    assert.throws(() => registry.registrations(instance("a", { name: "registrars" })), { code: "REGISTRATION_INVALID" });
  });

  test("1,000 instances have one lease and one keepalive stream, and a change of one writes one key", { timeout: 60_000 }, async () => {
    await using own = await startEtcd();
    const all = Array.from({ length: 1_000 }, (_, index) => instance(`i-${index}`));
    await using registry = await openEtcdRegistry([own.url], "/thousand");
    await using keeper = await keeping(registry, ...all);
    const before = await keysBelow(own, "/thousand");
    keeper.say(...all.map((one, index) => (index === 500 ? { ...one, port: 81 } : one)));
    await eventually(async () => assert.equal((await keysBelow(own, "/thousand"))["/thousand/web/i-500"]?.value, "10.0.0.5:81"));
    const changed = Object.entries(await keysBelow(own, "/thousand")).filter(([key, { modified }]) => modified !== before[key]?.modified);
    assert.deepEqual(changed.map(([key]) => key), ["/thousand/web/i-500"]);
    assert.deepEqual([Object.keys(before).length, await leases(own), await keepAliveStreams(own)], [1_000, 1, 1]);
  });

  test("a user who may write only below the prefix and the side keys is enough, and another prefix is denied", async () => {
    await using own = await startEtcd();
    await using folder = await tempDir();
    for (const command of ["user add root:root", "user grant-role root root", "user add app:first", "role add app", "user grant-role app app", "auth enable"]) await own.ctl(...command.split(" "));
    const root = (command: string) => own.ctl("--user=root:root", ...command.split(" "));
    for (const prefix of ["/allowed/", "/_remora/registrars/"]) await root(`role grant-permission app --prefix=true readwrite ${prefix}`);
    const passwordFile = await folder.write("password", "first\n");
    const options = { endpoints: [own.url], layout: "registrator", username: "app", passwordFile };
    await using allowed = await openRegistry({ name: "etcd", options: { ...options, prefix: "/allowed" } });
    await register(allowed, instance("a"));
    assert.deepEqual(Object.keys(await ownedBy(allowed)), ["/allowed/web/a"]);
    await using denied = await openRegistry({ name: "etcd", options: { ...options, prefix: "/denied", name: "denied" } });
    await assert.rejects(register(denied, instance("a")), { code: "BACKEND_DENIED" });
  });
});

async function leases(etcd: Etcd): Promise<number> {
  const [first = ""] = (await etcd.ctl("lease", "list")).split("\n");
  return Number(/found (\d+) leases/.exec(first)?.[1]);
}

/** Streams that were ever begun. */
async function keepAliveStreams(etcd: Etcd): Promise<number> {
  const text = await (await fetch(`${etcd.url}/metrics`)).text();
  return Number(/grpc_server_started_total\{grpc_method="LeaseKeepAlive".*\} (\d+)/.exec(text)?.[1]);
}
