import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ACL, Id, Permission } from "node-zookeeper-client";
import { createHash } from "node:crypto";
import { toKey } from "../../src/core/key.ts";
import { backendContract, startWatch } from "../contract/backend.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { tempDir } from "../support/temp.ts";
import { openZookeeperBackend, readBelow, type ZookeeperPen, zookeeperPen } from "../support/zookeeper-backend.ts";
import { startZookeeper, type Zookeeper } from "../support/zookeeper.ts";

let zookeeper: Zookeeper;
let pen: ZookeeperPen;
const open = (options: Parameters<typeof openZookeeperBackend>[1] = {}) => openZookeeperBackend(zookeeper.server, options);

before(async () => {
  zookeeper = await startZookeeper();
  pen = await zookeeperPen(zookeeper.server);
});
after(async () => {
  pen?.[Symbol.dispose]();
  await zookeeper?.[Symbol.asyncDispose]();
});

const nothing = async () => {};
backendContract("zookeeper", async () => ({ open, put: pen.put, delete: pen.delete, [Symbol.asyncDispose]: nothing }));

backendContract("zookeeper below a chroot", async () => ({
  open: () => open({ chroot: toKey("/some/root") }),
  put: (key, value) => pen.put(`/some/root${key}`, value),
  delete: (key) => pen.delete(`/some/root${key}`),
  [Symbol.asyncDispose]: nothing,
}));

describe("zookeeper", () => {
  test("read() takes a node without children for a key, and one with children only where it holds something", async () => {
    await pen.put("/kinds/empty-directory", "");
    await pen.put("/kinds/directory/key", "1");
    await pen.put("/kinds/both", "2");
    await pen.put("/kinds/both/key", "3");
    await using backend = await open();
    assert.deepEqual(await readBelow(backend, "/kinds"), { "/kinds/both": "2", "/kinds/both/key": "3", "/kinds/directory/key": "1", "/kinds/empty-directory": "" });
  });

  test("read() of the root leaves out what ZooKeeper keeps for itself", async () => {
    await pen.put("/visible", "1");
    await using backend = await open();
    const keys = Object.keys(await readBelow(backend, "/"));
    assert.ok(keys.includes("/visible") && !keys.some((key) => key.startsWith("/zookeeper")), keys.join());
  });

  test("a key that can be no node is not there", async () => {
    await using backend = await open();
    const watched = await startWatch(backend, "/odd/../key", "/odd\u0001", "/odd-not");
    await pen.put("/odd-not/key", "1");
    await watched.until({ "/odd-not/key": "1" });
    await watched.stop();
  });

  test("watch() follows a prefix that comes, goes and comes again", async () => {
    await using backend = await open();
    const watched = await startWatch(backend, "/comes/late");
    await pen.put("/comes/late/deep/key", "1");
    await watched.until({ "/comes/late/deep/key": "1" });
    for (const path of ["/comes/late/deep/key", "/comes/late/deep", "/comes/late", "/comes"]) await pen.delete(path);
    await watched.until({});
    await pen.put("/comes/late/again", "2");
    await watched.until({ "/comes/late/again": "2" });
    await watched.stop();
  });

  test("watch() follows a key that becomes a directory, and a node that is made anew", async () => {
    await pen.put("/turns/key", "");
    await using backend = await open();
    const watched = await startWatch(backend, "/turns");
    await pen.put("/turns/key/below", "1");
    await watched.until({ "/turns/key/below": "1" });
    await pen.delete("/turns/key/below");
    await pen.delete("/turns/key");
    await pen.put("/turns/key", "anew");
    await watched.until({ "/turns/key": "anew" });
    await pen.put("/turns/key", "once more");
    await watched.until({ "/turns/key": "once more" });
    await watched.stop();
  });

  test("watch() never tells of half a transaction", async () => {
    for (const path of ["/pair/a", "/pair/b/c", "/pair/d"]) await pen.put(path, "0");
    await using backend = await open();
    const { position } = await backend.read([toKey("/pair")], { signal: AbortSignal.timeout(5_000) });
    const writing = (async () => {
      for (let number = 1; number <= 200; number += 1) await pen.putTogether({ "/pair/a": `${number}`, "/pair/b/c": `${number}`, "/pair/d": `${number}` });
    })();
    const copy = new Map<string, unknown>();
    for await (const batch of backend.watch([toKey("/pair")], position, AbortSignal.timeout(20_000))) {
      const entries = batch.kind === "subtree" ? batch.entries : batch.changes.flatMap((change) => (change.type === "put" ? [change.entry] : []));
      for (const { key, value } of entries) copy.set(key, value);
      assert.equal(new Set(copy.values()).size, 1, JSON.stringify([...copy]));
      if (copy.get("/pair/a") === "200") break;
    }
    await writing;
  });

  test("5,000 nodes are read in seconds, and every one is watched", async () => {
    await pen.put("/many/0/x", "");
    for (let group = 0; group < 10; group += 1) {
      await pen.put(`/many/${group}/x`, "");
      await new Promise((resolve, reject) => {
        let transaction = pen.client.transaction();
        for (let number = 0; number < 499; number += 1) transaction = transaction.create(`/many/${group}/${number}`, Buffer.from("1"));
        transaction.commit((error) => (error ? reject(error) : resolve(undefined)));
      });
    }
    await using backend = await open();
    const { entries, position } = await backend.read([toKey("/many")], { signal: AbortSignal.timeout(15_000) });
    assert.equal(entries.length, 5_000);
    assert.ok(position.revision > 0);
    const watched = await startWatch(backend, "/many/7");
    await pen.put("/many/7/498", "2");
    await watched.until(Object.fromEntries([...Array.from({ length: 499 }, (_, number) => [`/many/7/${number}`, number === 498 ? "2" : "1"]), ["/many/7/x", ""]]));
    await watched.stop();
  });

  test("watch() misses nothing that happens to a node just while it is found", async () => {
    await pen.put("/found/first", "");
    await using proxy = await tcpProxy(Number(zookeeper.server.split(":")[1]));
    await using backend = await openZookeeperBackend(`127.0.0.1:${proxy.port}`);
    const watched = await startWatch(backend, "/found");
    const create = (path: string) => new Promise<void>((resolve, reject) => pen.client.create(path, Buffer.from("1"), (error) => (error ? reject(error) : resolve())));
    // So the answer that watches a node often comes together with what happened to the node since.
    proxy.gather(20);
    const names = Array.from({ length: 12 }, (_, number) => `/found/${number}`);
    const seen = watched.until(Object.fromEntries([["/found/first", ""], ...names.flatMap((name) => ["", "/a", "/b"].map((key) => [name + key, "1"]))]), { within: 20_000 });
    for (const [number, name] of names.entries()) {
      await create(name);
      for (const key of ["a", "b"]) {
        await new Promise((resolve) => setTimeout(resolve, number * 7));
        await create(`${name}/${key}`);
      }
    }
    await seen;
    await watched.stop();
  });

  test("logs in with a digest, and says what is missing where it may not read", async () => {
    await using dir = await tempDir();
    const id = `reader:${createHash("sha1").update("reader:größer").digest("base64")}`;
    await pen.put("/guarded/key", "1");
    await new Promise((resolve, reject) => pen.client.setACL("/guarded/key", [new ACL(Permission.ALL, new Id("digest", id))], -1, (error) => (error ? reject(error) : resolve(undefined))));
    await using stranger = await open();
    await assert.rejects(readBelow(stranger, "/guarded"), { code: "BACKEND_DENIED", message: /"\/guarded\/key" from ZooKeeper/, hint: /"password_file"/ });
    await using backend = await open({ username: "reader", passwordFile: await dir.write("password", "größer\n") });
    assert.deepEqual(await readBelow(backend, "/guarded"), { "/guarded/key": "1" });
    await using lost = await open({ username: "reader", passwordFile: dir.join("none") });
    await assert.rejects(readBelow(lost, "/guarded"), { code: "BACKEND_DENIED", message: /there is no such file/ });
  });

  test("read() fails with what to do when nothing listens", async () => {
    await using backend = await openZookeeperBackend("127.0.0.1:1");
    await assert.rejects(readBelow(backend, "/db"), { code: "BACKEND_UNREACHABLE", message: 'Cannot read "/db" from ZooKeeper at 127.0.0.1:1: no server takes a connection', hint: /"servers"/ });
  });
});
