import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { BACK_WITHIN_MS, fastClock, mirroring, ONE_OUTAGE, timed } from "./mirroring.ts";

describe("a mirror of etcd through an outage", { concurrency: 4 }, () => {
  test("goes on where it was when etcd was stopped and started again, and says so though nothing changed", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/app/key", "1");
    await using opened = await openEtcd([etcd.url]);
    await using mirrored = await mirroring(opened.backend, ["/app"]);
    await etcd.kill("SIGTERM");
    assert.equal(await mirrored.down(), "BACKEND_UNREACHABLE");
    await etcd.start();
    await mirrored.live(BACK_WITHIN_MS);
    await etcd.put("/app/key", "2");
    await mirrored.holds({ "/app/key": "2" });
    assert.deepEqual(mirrored.keys, ["/app/key"]);
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
    assert.equal(mirrored.mirror.reads, 1);
  });

  test("has a change of meanwhile within 2 s, however long etcd was away", async () => {
    await using etcd = await startEtcd();
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    // Some ten minutes of trying go by in six seconds.
    const clock = fastClock(100);
    await using mirrored = await mirroring(opened.backend, ["/app"], clock);
    proxy.refuse(true);
    proxy.cut();
    await mirrored.down();
    await etcd.put("/app/key", "1");
    const [since, tries] = [clock.monotonic(), proxy.accepted];
    await eventually(() => assert.ok(clock.monotonic() - since > 600_000, "not yet"), { within: 20_000 });
    // A try at least each second, and no busy loop.
    assert.ok(proxy.accepted - tries > 50 && proxy.accepted - tries < 1_400, `${proxy.accepted - tries} tries`);
    proxy.refuse(false);
    assert.ok((await timed(() => mirrored.holds({ "/app/key": "1" }))) < BACK_WITHIN_MS);
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
    assert.equal(mirrored.mirror.reads, 1);
  });

  test("has a change within 2 s of the path's return when connections were refused", () => comesBack(4_000, {
    break: (proxy) => {
      proxy.refuse(true);
      proxy.cut();
    },
    mend: (proxy) => proxy.refuse(false),
  }));

  test("has a change within 2 s of the path's return when new connections were taken and carried nothing", () => comesBack(7_500, {
    break: (proxy) => {
      proxy.swallow(true);
      proxy.cut();
    },
    mend: (proxy) => proxy.swallow(false),
  }));

  test("notices within 9 s that its connection died without a word, and has what it missed", async () => {
    await using etcd = await startEtcd();
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    await using mirrored = await mirroring(opened.backend, ["/app"]);
    await etcd.put("/app/before", "1");
    await mirrored.holds({ "/app/before": "1" });
    proxy.blackhole();
    await etcd.put("/app/after", "1");
    await mirrored.holds({ "/app/before": "1", "/app/after": "1" }, 9_000);
    assert.deepEqual(mirrored.keys, ["/app/before", "/app/after"]);
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
    assert.equal(mirrored.mirror.reads, 1);
  });
});

/** Breaks the path for some time, mends it, and looks how long the mirror takes to have what changed meanwhile. */
async function comesBack(awayMs: number, path: { readonly break: (proxy: TcpProxy) => void; readonly mend: (proxy: TcpProxy) => void }): Promise<void> {
  await using etcd = await startEtcd();
  await using proxy = await tcpProxy(etcd.port);
  await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
  await using mirrored = await mirroring(opened.backend, ["/app"]);
  await etcd.put("/app/before", "1");
  await mirrored.holds({ "/app/before": "1" });
  const from = performance.now();
  path.break(proxy);
  await mirrored.down();
  await etcd.put("/app/meanwhile", "1");
  await eventually(() => assert.ok(performance.now() - from > awayMs, "not yet"), { within: awayMs + 1_000 });
  path.mend(proxy);
  const took = await timed(() => mirrored.holds({ "/app/before": "1", "/app/meanwhile": "1" }, 8_000));
  assert.ok(took < BACK_WITHIN_MS, `it took ${Math.round(took)} ms`);
  assert.deepEqual(mirrored.keys, ["/app/before", "/app/meanwhile"]);
  assert.deepEqual(mirrored.said, ONE_OUTAGE);
  assert.equal(mirrored.mirror.reads, 1);
}
