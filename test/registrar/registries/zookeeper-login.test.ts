import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { ACL, Id, Permission } from "node-zookeeper-client";
import { type Key, toKey } from "../../../src/core/key.ts";
import { type ZookeeperRegistryOptions, zookeeperRegistry } from "../../../src/registrar/registries/zookeeper.ts";
import { eventually } from "../../support/eventually.ts";
import { tempDir } from "../../support/temp.ts";
import { startZookeeper, type Zookeeper } from "../../support/zookeeper.ts";
import { openZookeeperBackend, readBelow, type ZookeeperPen, zookeeperPen } from "../../support/zookeeper-backend.ts";
import { aContext, anInstance, NEVER, putAll } from "./support.ts";

/** As "getAcl" prints them. */
type Rights = readonly (readonly [scheme: string, id: string, permission: number])[];

const OPEN: Rights = [["world", "anyone", Permission.ALL]];
const digestId = (user: string, password: string) => `${user}:${createHash("sha1").update(`${user}:${password}`).digest("base64")}`;
const OWNER: Rights = [["digest", digestId("registrar", "hunter2"), Permission.ALL]];
const READABLE: Rights = [...OWNER, ["world", "anyone", Permission.READ]];
const LOGIN = { username: "registrar", password: "hunter2" };

describe("ZooKeeper as a registry that one logs in to", { timeout: 60_000 }, () => {
  let zookeeper: Zookeeper;
  let pen: ZookeeperPen;
  before(async () => {
    zookeeper = await startZookeeper();
    pen = await zookeeperPen(zookeeper.server);
    // Whoever may not change an ACL is shown none of its digests.
    pen.client.addAuthInfo("digest", Buffer.from("registrar:hunter2"));
  });
  after(async () => {
    pen?.[Symbol.dispose]();
    await zookeeper?.[Symbol.asyncDispose]();
  });

  const open = (registrar: string, options: Partial<ZookeeperRegistryOptions> = {}) => zookeeperRegistry.open({ servers: [zookeeper.server], layout: "registrator", prefix: `/${registrar}`, ...options }, aContext(registrar));
  const rightsAt = (path: string) => new Promise<Rights>((resolve, reject) => pen.client.getACL(path, (error, acls) => (error ? reject(error) : resolve(acls.map(({ id, permission }: ACL & { permission?: number }) => [id.scheme, id.id, permission ?? 0] as const)))));
  const web = anInstance("host:web");
  const nodes = (registrar: string) => [`/${registrar}`, `/${registrar}/web`, `/${registrar}/web/host:web`, `/_remora/registrars/${registrar}`];

  const CASES: readonly (readonly [what: string, registrar: string, options: Partial<ZookeeperRegistryOptions>, rights: Rights])[] = [
    ["are everybody's without a user", "aaaa", {}, OPEN],
    ["are their user's, and can be read by others", "bbbb", LOGIN, READABLE],
    ["are their user's alone, where that is asked for", "cccc", { ...LOGIN, acl: "private" }, OWNER],
    ["are everybody's, where that is asked for", "dddd", { ...LOGIN, acl: "open" }, OPEN],
  ];
  for (const [what, registrar, options, rights] of CASES) {
    test(`the nodes that are made ${what}`, async () => {
      await using registry = await open(registrar, options);
      await putAll(registry, web);
      assert.deepEqual(await Promise.all(nodes(registrar).map(rightsAt)), nodes(registrar).map(() => rights));
    });
  }

  test("whoever is not logged in reads what is registered, and is refused with what to do when he writes beside it", async () => {
    await using dir = await tempDir();
    await using registry = await open("eeee", { username: "registrar", passwordFile: await dir.write("password", "hunter2\n") });
    await putAll(registry, web);
    await using reader = await openZookeeperBackend(zookeeper.server);
    assert.deepEqual(await readBelow(reader, "/eeee"), { "/eeee/web/host:web": "10.0.0.5:8080" });
    await using stranger = await open("ffff", { prefix: "/eeee" });
    await assert.rejects(putAll(stranger, anInstance("host:other")), { code: "BACKEND_DENIED", message: /^Cannot register "\/eeee\/web\/host:other" in ZooKeeper at /, hint: /"password_file" of \[backends.zookeeper\]/ });
    await registry.deregister("/eeee/web/host:web", NEVER);
    await eventually(async () => assert.deepEqual(await readBelow(reader, "/eeee"), { "/eeee/web": "" }));
  });

  test("no right is needed in nodes above those that are there", async () => {
    const lock = (path: string, acls: ACL[]) => new Promise<void>((resolve, reject) => pen.client.setACL(path, acls, -1, (error) => (error ? reject(error) : resolve())));
    await pen.put("/locked/services", "");
    await pen.put("/_remora/registrars", "");
    await lock("/locked/services", [new ACL(Permission.ALL, new Id("digest", digestId("registrar", "hunter2")))]);
    await lock("/locked", [new ACL(Permission.READ, new Id("world", "anyone"))]);
    await using registry = await open("0000", { ...LOGIN, prefix: "/locked/services" });
    await putAll(registry, web);
    assert.deepEqual(await registry.owned(NEVER), new Map([["/locked/services/web/host:web", "10.0.0.5:8080"]]));
  });

  test("a password that cannot be read is said to be so", async () => {
    await using registry = await open("1111", { username: "registrar", passwordFile: "/nonexistent/password" });
    await assert.rejects(putAll(registry, web), { code: "BACKEND_DENIED", message: 'Cannot read "/nonexistent/password" of [backends.zookeeper]: there is no such file' });
  });

  test("what is registered below a chroot is read by a backend with the same one", async () => {
    await using registry = await open("2222", { chroot: toKey("/apps/shop"), prefix: "/services" });
    await putAll(registry, web);
    await using backend = await openZookeeperBackend(zookeeper.server, { chroot: "/apps/shop" as Key });
    assert.deepEqual(await readBelow(backend, "/services"), { "/services/web/host:web": "10.0.0.5:8080" });
    await registry.deregister("/services/web/host:web", NEVER);
    await eventually(async () => assert.deepEqual(await readBelow(backend, "/services"), { "/services/web": "" }));
  });
});
