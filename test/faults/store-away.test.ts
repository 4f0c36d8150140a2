import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { describe, test, type TestContext } from "node:test";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { faultCase } from "../support/faults.ts";
import { freePort } from "../support/process.ts";
import { startRemora } from "../support/remora.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { makeAuthority } from "../support/tls.ts";

const DOWN = "Backend is away, trying again";
const LIVE = "Backend is back";

interface Store extends AsyncDisposable {
  readonly port: number;
  put(key: string, value: string): Promise<void>;
  start(): Promise<void>;
  kill(): Promise<void>;
}

const STORES: readonly { readonly name: string; open(): Promise<Store>; flags(port: number): readonly string[] }[] = [
  { name: "etcd", open: () => startEtcd(), flags: (port) => ["--backend", "etcd", "--etcd-endpoints", `http://127.0.0.1:${port}`] },
  { name: "Consul", open: () => startConsul({ keeps: true }), flags: (port) => ["--backend", "consul", "--consul-address", `http://127.0.0.1:${port}`] },
];

describe("Store away", { concurrency: 3 }, () => {
  for (const { name, open, flags } of STORES) {
    describe(name, { concurrency: 3 }, () => {
      test("is down at the start: waits, says so, and applies when it comes", async (t) => {
        await using store = await open();
        await store.put("/name", "one");
        await store.kill();
        await using one = await faultCase(t, { flags: flags(store.port) });
        await one.running.waitForLog(DOWN);
        assert.equal(await one.target(), undefined);
        await store.start();
        await one.says("one");
      });

      test("is killed and away for 60 s: the file stays, the change of meanwhile arrives within 2 s of its return", async (t) => {
        await outage(t, 60_000);
      });

      test("refuses connections: the file stays, the change arrives", (t) =>
        behindProxy(t, async (proxy) => {
          proxy.refuse(true);
          proxy.cut();
          return () => proxy.refuse(false);
        }));

      test("takes connections and carries nothing: noticed, the file stays, the change arrives", (t) =>
        behindProxy(t, async (proxy) => {
          proxy.swallow(true);
          proxy.blackhole();
          return () => {
            proxy.swallow(false);
            proxy.cut();
          };
        }));

      test("falls silent in one direction: noticed by itself, the change arrives", (t) =>
        mending(t, (proxy) => proxy.deafen()));

      test("is cut in the middle of an answer: nothing of it is applied, the change arrives", (t) =>
        mending(t, (proxy) => proxy.cutAfter(20)));

      test("stalls in the middle of an answer: nothing of it is applied, the change arrives", (t) =>
        mending(t, (proxy) => proxy.stallAfter(20)));

      test("answers 5 s late: late, but applied", async (t) => {
        await using store = await open();
        await using proxy = await tcpProxy(store.port);
        await store.put("/name", "one");
        await using one = await faultCase(t, { flags: flags(proxy.port), first: "one" });
        proxy.delay(2_500);
        await store.put("/name", "two");
        await one.says("two", { within: 40_000 });
        proxy.delay(0);
        await store.put("/name", "three");
        await one.says("three", { within: 20_000 });
        await one.cameBack();
      });

      test("has its name moved to another address: found there", async (t) => {
        await using store = await open();
        await store.put("/name", "one");
        const port = await freePort();
        const before = await tcpProxy(store.port, { host: "127.0.0.1", port });
        await using one = await faultCase(t, {
          flags: flags(port).map((word) => word.replace("127.0.0.1", "store.example")),
          files: { hosts: "127.0.0.1 store.example localhost\n" },
          start: (app) => startRemora(["run", ...app.flags, "--wait-min", "10ms", ...flags(port).map((word) => word.replace("127.0.0.1", "store.example"))], { mounts: { "/etc/hosts": app.directory.join("hosts") } }),
          first: "one",
        });
        await before[Symbol.asyncDispose]();
        await using after = await tcpProxy(store.port, { host: "127.0.0.2", port });
        await one.running.waitForLog(DOWN);
        await writeFile(one.app.directory.join("hosts"), "127.0.0.2 store.example localhost\n");
        await store.put("/name", "two");
        await one.says("two");
        assert.ok(after.accepted > 0);
        await one.cameBack();
      });

      async function outage(t: TestContext, ms: number): Promise<void> {
        await using store = await open();
        await store.put("/name", "one");
        await using one = await faultCase(t, { flags: flags(store.port), first: "one" });
        await store.kill();
        await one.running.waitForLog(DOWN);
        await new Promise((resolve) => setTimeout(resolve, ms));
        assert.equal(await one.target(), "name = one\n");
        await store.start();
        await eventually(() => store.put("/name", "two"), { within: 10_000 });
        const from = performance.now();
        await one.says("two");
        t.diagnostic(`the change was applied ${Math.round(performance.now() - from)} ms after it was taken`);
        assert.deepEqual(await one.reloads(), ["name = one", "name = two"]);
        await one.cameBack();
      }

      /** Does something that another connection mends, and expects the change to be applied with one reload. */
      async function mending(t: TestContext, harm: (proxy: TcpProxy) => void): Promise<void> {
        await using store = await open();
        await using proxy = await tcpProxy(store.port);
        await store.put("/name", "one");
        await using one = await faultCase(t, { flags: flags(proxy.port), first: "one" });
        harm(proxy);
        await store.put("/name", "two");
        const from = performance.now();
        await one.says("two", { within: 20_000 });
        t.diagnostic(`the change was applied after ${Math.round(performance.now() - from)} ms`);
        assert.deepEqual(await one.reloads(), ["name = one", "name = two"]);
        await one.cameBack();
      }

      /** Puts the store away, changes the key, brings it back, and expects the change to be applied with one reload. */
      async function behindProxy(t: TestContext, takeAway: (proxy: TcpProxy) => Promise<() => void>): Promise<void> {
        await using store = await open();
        await using proxy = await tcpProxy(store.port);
        await store.put("/name", "one");
        await using one = await faultCase(t, { flags: flags(proxy.port), first: "one" });
        const bringBack = await takeAway(proxy);
        await store.put("/name", "two");
        const down = await one.running.waitForLog(DOWN, { within: 20_000 });
        t.diagnostic(`it said: ${String(down.error)}`.replaceAll(String(proxy.port), "PORT").slice(0, 160));
        bringBack();
        await one.says("two", { within: 20_000 });
        await one.running.waitForLog(LIVE);
        assert.deepEqual(await one.reloads(), ["name = one", "name = two"]);
        await one.cameBack();
      }
    });
  }

  describe("access", { concurrency: 3 }, () => {
    test("etcd's certificate expires and is replaced: down with the reason, then applied", (t) => badCertificate(t, ["DNS:localhost"], 0, /expired/));

    test("etcd's certificate is for another name and is replaced: down with the reason, then applied", (t) => badCertificate(t, ["DNS:other.example"], 2, /other\.example|altnames|ERR_TLS_CERT_ALTNAME/));

    test("The client's certificate for Consul expires and is replaced: down with the reason, then applied", async (t) => {
      await using authority = await makeAuthority();
      const [server, good, expired, used] = [await authority.issue("server", ["IP:127.0.0.1"]), await authority.issue("remora"), await authority.issue("remora", [], { days: 0 }), await authority.issue("remora")];
      await using consul = await startConsul({ tls: { caFile: authority.caFile, ...server } });
      await using proxy = await tcpProxy(Number(new URL(consul.httpsUrl).port));
      await consul.put("/name", "one");
      await using one = await faultCase(t, { flags: ["--backend", "consul", "--consul-address", `https://127.0.0.1:${proxy.port}`, "--consul-ca-file", authority.caFile, "--consul-cert-file", used.certFile, "--consul-key-file", used.keyFile], first: "one" });
      for (const file of ["certFile", "keyFile"] as const) await copyFile(expired[file], used[file]);
      // They are read again when no connection can be made, and not before.
      proxy.refuse(true);
      proxy.cut();
      await one.running.waitForLog(DOWN);
      proxy.refuse(false);
      const error = await eventually(() => {
        const said = one.running.lines.filter(({ msg }) => msg === DOWN).map(({ error }) => String(error)).find((text) => /certificate/.test(text));
        assert.ok(said, `the log says why:\n${one.running.lines.map((line) => JSON.stringify(line)).join("\n")}`);
        return said;
      }, { within: 10_000 });
      t.diagnostic(`it said: ${error}`.replaceAll(String(proxy.port), "PORT").slice(0, 160));
      for (const file of ["certFile", "keyFile"] as const) await copyFile(good[file], used[file]);
      await consul.put("/name", "two");
      await one.says("two");
      await one.cameBack();
    });

    test("Consul's token is deleted and given back: the file stays, then the change is applied", async (t) => {
      await using consul = await startConsul({ acl: true });
      await consul.put("/name", "one");
      const token = await consul.makeToken('key_prefix "" { policy = "read" }');
      await using one = await faultCase(t, { flags: ["--backend", "consul", "--consul-address", consul.url], options: { env: { REMORA_CONSUL_TOKEN: token } }, first: "one" });
      const giveBack = await consul.takeToken(token);
      await one.running.waitForLog(DOWN);
      assert.equal(await one.target(), "name = one\n");
      await giveBack();
      await consul.put("/name", "two");
      await one.says("two");
      await one.cameBack();
    });

    test("etcd's password is changed and changed back: the file stays, then the change is applied", async (t) => {
      await using etcd = await startEtcd();
      await etcd.put("/name", "one");
      for (const words of [["user", "add", "root:root"], ["user", "grant-role", "root", "root"], ["auth", "enable"]]) await etcd.ctl(...words);
      const root = (...words: string[]) => etcd.ctl("--user=root:root", ...words);
      for (const words of [["user", "add", "remora:pass"], ["role", "add", "reader"], ["role", "grant-permission", "--prefix=true", "reader", "read", "/"], ["user", "grant-role", "remora", "reader"]]) await root(...words);
      await using proxy = await tcpProxy(etcd.port);
      await using one = await faultCase(t, { flags: ["--backend", "etcd", "--etcd-endpoints", `http://127.0.0.1:${proxy.port}`, "--etcd-username", "remora"], options: { env: { REMORA_ETCD_PASSWORD: "pass" } }, first: "one" });
      await root("user", "delete", "remora");
      proxy.cut();
      await one.running.waitForLog(DOWN);
      await root("put", "/name", "two");
      assert.equal(await one.target(), "name = one\n");
      await root("user", "add", "remora:pass");
      await root("user", "grant-role", "remora", "reader");
      await one.says("two");
      await one.cameBack();
    });

    async function badCertificate(t: TestContext, alternatives: readonly string[], days: number, says: RegExp): Promise<void> {
      await using authority = await makeAuthority();
      const [good, bad, client] = [await authority.issue("server", ["DNS:localhost"]), await authority.issue("server", alternatives, { days }), await authority.issue("remora")];
      const goodBytes = { certFile: `${good.certFile}.good`, keyFile: `${good.keyFile}.good` };
      for (const file of ["certFile", "keyFile"] as const) await copyFile(good[file], goodBytes[file]);
      await using etcd = await startEtcd({ tls: { host: "localhost", caFile: authority.caFile, ...good } });
      await using proxy = await tcpProxy(etcd.port);
      await etcd.ctl("put", "/name", "one");
      await using one = await faultCase(t, { flags: ["--backend", "etcd", "--etcd-endpoints", `https://localhost:${proxy.port}`, "--etcd-ca-file", authority.caFile, "--etcd-cert-file", client.certFile, "--etcd-key-file", client.keyFile], first: "one" });
      for (const file of ["certFile", "keyFile"] as const) await copyFile(bad[file], good[file]);
      proxy.cut();
      const error = await eventually(() => {
        const said = one.running.lines.filter(({ msg }) => msg === DOWN).map(({ error }) => String(error)).find((text) => says.test(text));
        assert.ok(said, `the log says why:\n${one.running.lines.map((line) => JSON.stringify(line)).join("\n")}`);
        return said;
      }, { within: 10_000 });
      t.diagnostic(`it said: ${error}`.replaceAll(String(proxy.port), "PORT").slice(0, 160));
      for (const file of ["certFile", "keyFile"] as const) await copyFile(goodBytes[file], good[file]);
      await etcd.ctl("put", "/name", "two");
      await one.says("two");
      await one.cameBack();
    }
  });
});
