import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { BACK_WITHIN_MS, fastClock, type Mirroring, mirroring, ONE_OUTAGE, timed } from "./mirroring.ts";

describe("a mirror of Consul whose path fails", { concurrency: 6 }, () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  test("has a change of meanwhile within 2 s, however long Consul was away", async () => {
    await using proxy = await tcpProxy(consul.port);
    await using backend = await openConsul(`http://127.0.0.1:${proxy.port}`);
    // Some ten minutes of trying go by in six seconds.
    const clock = fastClock(100);
    await using mirrored = await mirroring(backend, ["/long"], clock);
    proxy.refuse(true);
    proxy.cut();
    await mirrored.down();
    await consul.put("/long/key", "1");
    const [since, tries] = [clock.monotonic(), proxy.accepted];
    await eventually(() => assert.ok(clock.monotonic() - since > 600_000, "not yet"), { within: 20_000 });
    assert.ok(proxy.accepted - tries > 50 && proxy.accepted - tries < 1_400, `${proxy.accepted - tries} tries`);
    proxy.refuse(false);
    assert.ok((await timed(() => mirrored.holds({ "/long/key": "1" }))) < BACK_WITHIN_MS);
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });

  test("has a change within 2 s of the path's return when connections were refused", () =>
    throughProxy("/refused", async (mirrored, proxy) => {
      proxy.refuse(true);
      proxy.cut();
      await mirrored.down();
      await consul.put("/refused/key", "1");
      await passing(3_000);
      proxy.refuse(false);
      assert.ok((await timed(() => mirrored.holds({ "/refused/key": "1" }))) < BACK_WITHIN_MS);
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    }));

  test("says within 9 s that nothing comes through, and has a change within 2 s of the path's return", () =>
    throughProxy("/silent", async (mirrored, proxy) => {
      proxy.swallow(true);
      proxy.blackhole();
      assert.equal(await mirrored.down(9_500), "BACKEND_UNREACHABLE");
      await consul.put("/silent/key", "1");
      // It is in the middle of trying, wherever that is.
      await passing(4_700);
      proxy.swallow(false);
      const took = await timed(() => mirrored.holds({ "/silent/key": "1" }, 12_000));
      assert.ok(took < BACK_WITHIN_MS, `it took ${Math.round(took)} ms`);
      assert.deepEqual(mirrored.keys, ["/silent/key"]);
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    }));

  test("has a change within 7 s though its connection died without a word and others live", () =>
    throughProxy("/deaf", async (mirrored, proxy) => {
      await consul.put("/deaf/before", "1");
      await mirrored.holds({ "/deaf/before": "1" });
      proxy.blackhole();
      await consul.put("/deaf/after", "1");
      const took = await timed(() => mirrored.holds({ "/deaf/before": "1", "/deaf/after": "1" }, 12_000));
      assert.ok(took < 7_000, `it took ${Math.round(took)} ms`);
      await consul.put("/deaf/last", "1");
      assert.ok((await timed(() => eventually(() => assert.equal(mirrored.values["/deaf/last"], "1")))) < BACK_WITHIN_MS, "not yet");
      assert.deepEqual(mirrored.keys, ["/deaf/before", "/deaf/after", "/deaf/last"]);
      assert.equal(mirrored.mirror.reads, 1);
    }));

  test("takes a quiet connection for what it is", () =>
    throughProxy("/quiet", async (mirrored, proxy) => {
      await consul.put("/quiet/key", "1");
      await mirrored.holds({ "/quiet/key": "1" });
      const accepted = proxy.accepted;
      await passing(6_500);
      assert.deepEqual([mirrored.said, mirrored.keys, mirrored.mirror.reads], [[], ["/quiet/key"], 1]);
      assert.ok(proxy.accepted - accepted <= 1, `${proxy.accepted - accepted} connections`);
    }));

  async function throughProxy(prefix: string, act: (mirrored: Mirroring, proxy: TcpProxy) => Promise<void>): Promise<void> {
    await using proxy = await tcpProxy(consul.port);
    await using backend = await openConsul(`http://127.0.0.1:${proxy.port}`);
    await using mirrored = await mirroring(backend, [prefix]);
    await act(mirrored, proxy);
  }
});

async function passing(ms: number): Promise<void> {
  const from = performance.now();
  await eventually(() => assert.ok(performance.now() - from > ms, "not yet"), { within: ms + 1_000, every: 50 });
}
