import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { type OddConsul, oddConsul } from "../support/odd-consul.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { mirroring, ONE_OUTAGE } from "./mirroring.ts";

describe("a mirror of Consul", { concurrency: 4 }, () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  test("is read once, and each change comes as the answer to a query that was held", async () => {
    await using recorded = await recorder(consul);
    await using backend = await openConsul(recorded.url);
    await using mirrored = await mirroring(backend, ["/steady"]);
    for (const number of [1, 2, 3, 4, 5]) {
      await consul.put("/steady/key", String(number));
      await mirrored.holds({ "/steady/key": String(number) });
    }
    assert.equal(plain(recorded).length, 1);
    assert.equal(mirrored.sets.length, 5);
    assert.equal(mirrored.mirror.reads, 1);
    assert.equal(mirrored.mirror.state.kind, "live");
    assert.deepEqual(mirrored.said, []);
  });

  test("reads a prefix that is wanted later, and nothing that it has", async () => {
    for (const key of ["/early/key", "/late/key"]) await consul.put(key, "1");
    await using recorded = await recorder(consul);
    await using backend = await openConsul(recorded.url);
    await using mirrored = await mirroring(backend, ["/early"]);
    mirrored.mirror.want([toKey("/late")]);
    await mirrored.holds({ "/early/key": "1", "/late/key": "1" });
    assert.deepEqual(plain(recorded), ["/v1/kv/early?recurse=true", "/v1/kv/late?recurse=true"]);
    for (const key of ["/early/key", "/late/key"]) await consul.put(key, "2");
    await mirrored.holds({ "/early/key": "2", "/late/key": "2" });
    assert.deepEqual([...mirrored.keys].sort(), ["/early/key", "/late/key", "/late/key"]);
    assert.equal(plain(recorded).length, 2);
  });

  test("is whole after answers that were cut in the middle", async () => {
    await using proxy = await tcpProxy(consul.port);
    await using backend = await openConsul(`http://127.0.0.1:${proxy.port}`);
    await using mirrored = await mirroring(backend, ["/cut"]);
    proxy.cutAfter(60_000);
    const keys = Array.from({ length: 500 }, (_, number) => `/cut/${number}`);
    await consul.putMany(keys, "x".repeat(200));
    await eventually(() => assert.deepEqual(Object.keys(mirrored.values).sort(), [...keys].sort()), { within: 10_000 });
    assert.deepEqual([...mirrored.keys].sort(), [...keys].sort());
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });
});

/** Stands before a Consul and keeps what was asked for. */
function recorder(consul: Consul): Promise<OddConsul> {
  return oddConsul((asked, answer) => {
    const passed = request(`${consul.url}${asked.url}`, (response) => {
      answer.writeHead(response.statusCode ?? 0, response.headers);
      response.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    passed.end();
  });
}

/** The queries that were to be answered at once. */
function plain({ asked }: OddConsul): string[] {
  return asked.filter((path) => !path.includes("index=") && !path.includes("keys="));
}
