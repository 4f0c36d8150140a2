import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { mirroring, ONE_OUTAGE } from "./mirroring.ts";

describe("a mirror of Consul that comes back with what it had, or with less", () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul({ keeps: true })));
  after(() => consul?.[Symbol.asyncDispose]());

  test("tells only what changed when Consul was stopped and started again", async () => {
    await consul.put("/again/key", "1");
    await using backend = await openConsul(consul.url);
    await using mirrored = await mirroring(backend, ["/again"]);
    await consul.kill();
    assert.equal(await mirrored.down(), "BACKEND_UNREACHABLE");
    await consul.start();
    await mirrored.live();
    await consul.put("/again/key", "2");
    await mirrored.holds({ "/again/key": "2" });
    assert.deepEqual(mirrored.keys, ["/again/key"]);
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });

  test("drops in one change set what vanished with the restoring of a snapshot", async () => {
    await consul.put("/restored/kept", "1");
    const snapshot = await consul.saveSnapshot();
    const young = Array.from({ length: 20 }, (_, number) => `/restored/${number}`);
    await consul.putMany([...young, "/restored/kept"], "2");
    await using backend = await openConsul(consul.url);
    await using mirrored = await mirroring(backend, ["/restored"]);
    await consul.restoreSnapshot(snapshot);
    await mirrored.holds({ "/restored/kept": "1" });
    assert.equal(mirrored.sets.length, 1);
    assert.deepEqual([...mirrored.keys].sort(), [...young, "/restored/kept"].sort());
    await eventually(() => consul.put("/restored/new", "3"));
    await mirrored.holds({ "/restored/kept": "1", "/restored/new": "3" });
  });

  test("drops in one change set what vanished when the data were wiped, and the index began anew", async () => {
    const keys = Array.from({ length: 20 }, (_, number) => `/wiped/${number}`);
    await consul.putMany(keys, "1");
    await using backend = await openConsul(consul.url);
    await using mirrored = await mirroring(backend, ["/wiped"]);
    await consul.wipe();
    await mirrored.holds({});
    assert.equal(mirrored.sets.length, 1);
    await consul.put("/wiped/new", "2");
    await mirrored.holds({ "/wiped/new": "2" });
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });
});

test("a mirror of Consul is denied when its token is deleted, keeps what it has, and recovers when it is given back", async () => {
  await using consul = await startConsul({ acl: true });
  await consul.put("/app/key", "1");
  const token = await consul.makeToken('key_prefix "app" { policy = "read" }');
  await using backend = await openConsul(consul.url, { token });
  await using mirrored = await mirroring(backend, ["/app"]);
  const giveBack = await consul.takeToken(token);
  // Consul asks for the rights as a query begins: the one that is held is answered still.
  await consul.put("/app/key", "2");
  assert.equal(await mirrored.down(9_000), "BACKEND_DENIED");
  await consul.put("/app/key", "3");
  assert.deepEqual(mirrored.values, { "/app/key": "2" });
  await giveBack();
  await mirrored.holds({ "/app/key": "3" });
  await mirrored.live();
  assert.deepEqual(mirrored.said, ONE_OUTAGE);
});
