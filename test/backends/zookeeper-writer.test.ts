import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Key, toKey } from "../../src/core/key.ts";
import { writerContract } from "../contract/writer.ts";
import { openZookeeperBackend, readBelow } from "../support/zookeeper-backend.ts";
import { startZookeeper, type Zookeeper } from "../support/zookeeper.ts";

let zookeeper: Zookeeper;
before(async () => void (zookeeper = await startZookeeper()));
after(() => zookeeper?.[Symbol.asyncDispose]());
const open = (chroot = "/") => openZookeeperBackend(zookeeper.server, { chroot: toKey(chroot) });

writerContract("zookeeper", async () => ({ open, [Symbol.asyncDispose]: async () => {} }));

describe("what writes to zookeeper", () => {
  test("makes the directories that a key needs, those of the chroot too", async () => {
    await using backend = await open("/its/own/root");
    await using writer = await backend.writer?.();
    await writer?.put("/a/b/c" as Key, "1");
    assert.deepEqual(await readBelow(backend, "/"), { "/a/b/c": "1" });
  });

  test("makes nodes for its user, which others read, and leaves the rights of those that are there", async () => {
    await using backend = await openZookeeperBackend(zookeeper.server, { username: "writer", password: "hunter2" });
    await using writer = await backend.writer?.();
    await writer?.put("/owned/key" as Key, "1");
    await using other = await open();
    assert.deepEqual(await readBelow(other, "/owned"), { "/owned/key": "1" });
    await using stranger = await other.writer?.();
    await assert.rejects(async () => stranger?.put("/owned/key" as Key, "2"), { code: "BACKEND_DENIED", hint: /"username"/ });
    await assert.rejects(async () => stranger?.put("/owned/other" as Key, "2"), { code: "BACKEND_DENIED" });
    await stranger?.put("/common/key" as Key, "1");
    await writer?.put("/common/key" as Key, "2");
    await stranger?.put("/common/key" as Key, "3");
    assert.deepEqual(await readBelow(other, "/common"), { "/common/key": "3" });
  });

  test("writes a key and one below it in one transaction, in any order", async () => {
    await using backend = await open();
    await using writer = await backend.writer?.();
    const swap = (key: string) => ({ key: key as Key, expected: undefined, value: key });
    assert.equal(await writer?.swap([swap("/order/b/c"), swap("/order/b"), swap("/order/a"), swap("/order/a/d")]), true);
    assert.deepEqual(Object.keys(await readBelow(backend, "/order")), ["/order/a", "/order/a/d", "/order/b", "/order/b/c"]);
  });

  test("deletes a key, and leaves those below it", async () => {
    await using backend = await open();
    await using writer = await backend.writer?.();
    await writer?.put("/ended/key" as Key, "1");
    await writer?.put("/ended/key/below" as Key, "2");
    assert.deepEqual([await writer?.delete("/ended/key" as Key), await writer?.delete("/ended/key" as Key), await writer?.delete("/ended/none" as Key)], [true, false, false]);
    assert.deepEqual(await readBelow(backend, "/ended"), { "/ended/key/below": "2" });
  });

  test("refuses what can be no node", async () => {
    await using backend = await open();
    await using writer = await backend.writer?.();
    for (const key of ["/", "/a/../b", "/a/\u0001"]) await assert.rejects(async () => writer?.put(key as Key, "1"), { code: "BACKEND_REFUSED", message: /it is not a key/ });
  });
});
