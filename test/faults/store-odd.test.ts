import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { startConsul } from "../support/consul.ts";
import { type Etcd, type EtcdMember, startCluster, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { faultCase, type FaultCase } from "../support/faults.ts";
import { holds, oddConsul, type OddAnswer, says } from "../support/odd-consul.ts";
import { connectedPorts } from "../support/process.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";

const LISTING = {
  "templates/app.njk": 'name = {{ getv("/name") }}\n{% for pair in gets("/list/*") %}{% endfor %}',
};

describe("Store odd", { concurrency: 2 }, () => {
  describe("etcd", { concurrency: 2 }, () => {
    test("is compacted past the watch while it was away: read again, nothing missed", (t) =>
      onEtcd(t, async (one, etcd) => {
        await etcd.kill();
        await one.running.waitForLog("Backend is away, trying again");
        await etcd.start();
        for (const name of ["two", "three"]) await etcd.put("/name", name);
        await etcd.compact();
        await one.says("three");
      }));

    test("is restored from an older snapshot: the old value is applied, and the changes after it", (t) =>
      onEtcd(t, async (one, etcd) => {
        const snapshot = await etcd.saveSnapshot();
        for (const name of ["two", "three", "four"]) await etcd.put("/name", name);
        await one.says("four");
        await etcd.restoreSnapshot(snapshot);
        await one.says("one", { within: 20_000 });
        await etcd.put("/name", "five");
        await one.says("five");
      }));

    test("loses its data: the file stays, what it waits for is said, and a new value is applied", (t) =>
      onEtcd(t, async (one, etcd) => {
        await etcd.wipe();
        await one.running.waitForLog("Waiting for keys", { within: 20_000 });
        await eventually(async () => assert.equal(await one.state(), "waiting"));
        assert.equal(await one.target(), "name = one\n");
        await etcd.put("/name", "two");
        await one.says("two");
      }));

    test("has a prefix that is suddenly empty: the file stays, with a state that says so", (t) =>
      onEtcd(
        t,
        async (one, etcd) => {
          await etcd.delete("/list/a");
          const failed = await one.running.waitForLog("Unit failed");
          assert.match(String(failed.error), /had keys and has none now/);
          await eventually(async () => assert.equal(await one.state(), "failed at render"));
          await etcd.put("/name", "two");
          await etcd.put("/list/b", "");
          await one.says("two");
        },
        { "/list/a": "" },
      ));

    test("holds a value of 1.4 MB, the most that it takes: applied", (t) =>
      onEtcd(t, async (one, etcd) => {
        const long = "x".repeat(1_400_000);
        await etcd.put("/name", long);
        await one.says(long);
        await etcd.put("/name", "short");
        await one.says("short");
      }));

    test("holds 200,000 keys below the prefix: a change is applied, and they go again", async (t) => {
      await using etcd = await startEtcd({ flags: [`--max-txn-ops=${PAGE}`] });
      await etcd.put("/name", "one");
      await etcd.put("/list/kept", "");
      await using one = await faultCase(t, { flags: flags(etcd.url), files: LISTING, first: "one" });
      await many(etcd, 200_000);
      const from = performance.now();
      await etcd.put("/name", "two");
      await one.says("two", { within: 60_000 });
      t.diagnostic(`with 200,000 keys a change is applied within ${Math.round(performance.now() - from)} ms`);
      await etcd.ctl("--command-timeout=60s", "del", "--prefix", "/list/many");
      await etcd.put("/name", "three");
      await one.says("three", { within: 60_000 });
    });

    for (const what of ["is killed", "is paused"] as const) {
      test(`one member of three, the one that is followed, ${what}: the change arrives through another`, (t) =>
        onCluster(t, async (one, members, first) => {
          const followed = followedBy(one, members);
          if (what === "is killed") await followed.kill();
          else followed.pause();
          const other = members.find((member) => member !== followed) as EtcdMember;
          await eventually(() => first.ctl(`--endpoints=${other.url}`, "put", "/name", "two"), { within: 20_000, every: 200 });
          await one.says("two", { within: 20_000 });
        }));
    }

    test("one member of three is cut off from this client alone: the change arrives through another", async (t) => {
      await using cluster = await startCluster();
      await cluster.first.put("/name", "one");
      const proxies = await Promise.all(cluster.members.map(({ port }) => tcpProxy(port)));
      await using one = await faultCase(t, { flags: flags(proxies.map(({ port }) => `http://127.0.0.1:${port}`).join(",")), first: "one" });
      const followed = proxies.filter(({ accepted }) => accepted > 0);
      for (const proxy of followed) {
        proxy.swallow(true);
        proxy.blackhole();
      }
      await cluster.first.put("/name", "two");
      await one.says("two", { within: 25_000 });
      await one.cameBack();
      for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    });

    test("loses the quorum: the file stays, and the change is applied when there is a leader again", (t) =>
      onCluster(t, async (one, members, first) => {
        const [, second, third] = members as readonly [EtcdMember, EtcdMember, EtcdMember];
        await Promise.all([second.kill(), third.kill()]);
        await one.running.waitForLog("Backend is away, trying again", { within: 20_000 });
        assert.equal(await one.target(), "name = one\n");
        await Promise.all([second.start(), third.start()]);
        await eventually(() => first.put("/name", "two"), { within: 20_000 });
        await one.says("two");
      }));
  });

  describe("Consul", { concurrency: 2 }, () => {
    test("loses its data, so that its index begins anew: what it waits for is said, and a new value is applied", async (t) => {
      await using consul = await startConsul();
      for (const name of ["zero", "one"]) await consul.put("/name", name);
      await using one = await faultCase(t, { flags: consulFlags(consul.url), first: "one" });
      await consul.wipe();
      await one.running.waitForLog("Waiting for keys", { within: 20_000 });
      assert.equal(await one.target(), "name = one\n");
      await consul.put("/name", "two");
      await one.says("two");
      await one.cameBack();
    });

    test("is restored from an older snapshot: the old value is applied, and the changes after it", async (t) => {
      await using consul = await startConsul();
      await consul.put("/name", "one");
      const snapshot = await consul.saveSnapshot();
      await consul.put("/name", "two");
      await using one = await faultCase(t, { flags: consulFlags(consul.url), first: "two" });
      await consul.restoreSnapshot(snapshot);
      await one.says("one", { within: 20_000 });
      await eventually(() => consul.put("/name", "three"));
      await one.says("three");
      await one.cameBack();
    });

    test("answers 429 with Retry-After: left alone for as long, then applied", (t) => odd(t, says(429, "slow down", { "retry-after": "1" })));
    test("answers 500: the file stays, then applied", (t) => odd(t, says(500, "No cluster leader")));
    test("answers what is no JSON: the file stays, then applied", (t) => odd(t, says(200, "<html>gateway</html>", { "x-consul-index": "7" })));
    test("answers half of its JSON: the file stays, then applied", (t) => odd(t, says(200, '[{"Key":"name","Value":"dH', { "x-consul-index": "7" })));

    async function odd(t: TestContext, answer: OddAnswer): Promise<void> {
      let begin = () => {};
      const begun = new Promise<void>((resolve) => void (begin = resolve));
      const whenBegun: OddAnswer = (request, response) => void begun.then(() => answer(request, response));
      await using consul = await oddConsul(holds(5, { name: "one" }), whenBegun, answer, holds(9, { name: "two" }));
      await using one = await faultCase(t, { flags: consulFlags(consul.url), first: "one" });
      begin();
      await one.says("two", { within: 20_000 });
      assert.ok((await one.reloads()).every((line) => ["name = one", "name = two"].includes(line)), "nothing else was ever applied");
      await one.cameBack();
    }
  });

  async function onEtcd(t: TestContext, harm: (one: FaultCase, etcd: Etcd) => Promise<void>, keys: Readonly<Record<string, string>> = {}): Promise<void> {
    await using etcd = await startEtcd();
    for (const [key, value] of Object.entries({ "/name": "one", ...keys })) await etcd.put(key, value);
    await using one = await faultCase(t, { flags: flags(etcd.url), first: "one", files: Object.keys(keys).length > 0 ? LISTING : {} });
    await harm(one, etcd);
    await one.cameBack();
  }

  async function onCluster(t: TestContext, harm: (one: FaultCase, members: readonly EtcdMember[], first: Etcd) => Promise<void>): Promise<void> {
    await using cluster = await startCluster();
    await eventually(() => cluster.first.put("/name", "one"), { within: 20_000 });
    await using one = await faultCase(t, { flags: flags(cluster.members.map(({ url }) => url).join(",")), first: "one" });
    await harm(one, cluster.members, cluster.first);
    await one.cameBack();
  }
});

function flags(endpoints: string): readonly string[] {
  return ["--backend", "etcd", "--etcd-endpoints", endpoints];
}

function consulFlags(address: string): readonly string[] {
  return ["--backend", "consul", "--consul-address", address];
}

/** The member that the program has a connection to. */
function followedBy(one: FaultCase, members: readonly EtcdMember[]): EtcdMember {
  const ports = connectedPorts(one.running.pid);
  return members.find(({ port }) => ports.includes(port)) as EtcdMember;
}

/** Puts keys below /list/many, a page in a transaction. */
async function many(etcd: Etcd, count: number): Promise<void> {
  for (let first = 0; first < count; first += PAGE) await etcd.putTogether(Object.fromEntries(Array.from({ length: PAGE }, (_, number) => [`/list/many/${first + number}`, ""])));
}

const PAGE = 2_000;
