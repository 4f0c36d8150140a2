import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type EtcdMember, openEtcd, startCluster } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { BACK_WITHIN_MS, mirroring, ONE_OUTAGE, timed } from "./mirroring.ts";

/** An election takes some of it. */
const WRITABLE_WITHIN_MS = 10_000;

describe("a mirror of an etcd cluster of three", { concurrency: 2 }, () => {
  test("goes on within 2 s when the member that it follows is killed, be it the leader or not", async () => {
    await using cluster = await startCluster();
    const { members } = cluster;
    await using opened = await openEtcd(members.map(({ url }) => url));
    await using mirrored = await mirroring(opened.backend, ["/app"]);
    // The first endpoint is the one that is connected to first.
    const [followed, ...others] = members as [EtcdMember, EtcdMember, EtcdMember];
    await put(others[0], "1");
    await mirrored.holds({ "/app/key": "1" });
    await followed.kill("SIGKILL");
    await put(others[0], "2");
    await mirrored.holds({ "/app/key": "2" }, BACK_WITHIN_MS);
    assert.deepEqual(mirrored.said, ONE_OUTAGE);

    await followed.start();
    const leader = await leaderOf(members);
    await leader.kill("SIGKILL");
    await put(leader === followed ? others[0] : followed, "3");
    await mirrored.holds({ "/app/key": "3" }, BACK_WITHIN_MS);
    assert.equal(mirrored.mirror.reads, 1);
    assert.equal(mirrored.sets.length, 3);
  });

  test("is down while its member has no leader, and goes on within 2 s when it has one", async () => {
    await using cluster = await startCluster();
    await using opened = await openEtcd([cluster.first.url]);
    await using mirrored = await mirroring(opened.backend, ["/app"]);
    const others = cluster.members.slice(1);
    await Promise.all(others.map((member) => member.kill("SIGKILL")));
    assert.equal(await mirrored.down(WRITABLE_WITHIN_MS), "BACKEND_UNREACHABLE");
    await Promise.all(others.map((member) => member.start()));
    await put(cluster.first, "1");
    assert.ok((await timed(() => mirrored.holds({ "/app/key": "1" }))) < BACK_WITHIN_MS);
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });

  test("goes to the next member within 2 s when one takes connections and says nothing", async () => {
    await using cluster = await startCluster();
    await using silent = await tcpProxy(cluster.first.port);
    silent.swallow(true);
    await using opened = await openEtcd([`http://127.0.0.1:${silent.port}`, cluster.members[1]?.url ?? ""]);
    const took = await timed(async () => {
      await using mirrored = await mirroring(opened.backend, ["/app"]);
      await mirrored.live();
    });
    assert.ok(took < BACK_WITHIN_MS, `it took ${Math.round(took)} ms`);
  });
});

/** Puts through one member, as soon as the cluster takes it. */
async function put({ url }: EtcdMember, value: string): Promise<void> {
  const [key, bytes] = ["/app/key", value].map((text) => Buffer.from(text).toString("base64"));
  const answer = () => fetch(`${url}/v3/kv/put`, { method: "POST", body: JSON.stringify({ key, value: bytes }), signal: AbortSignal.timeout(1_000) });
  await eventually(async () => assert.ok((await answer()).ok, "not yet"), { within: WRITABLE_WITHIN_MS });
}

async function leaderOf(members: readonly EtcdMember[]): Promise<EtcdMember> {
  return eventually(async () => {
    for (const member of members) {
      const text = await (await fetch(`${member.url}/metrics`)).text();
      if (/^etcd_server_is_leader 1$/m.test(text)) return member;
    }
    throw new Error("No member says that it leads");
  }, { within: WRITABLE_WITHIN_MS });
}
