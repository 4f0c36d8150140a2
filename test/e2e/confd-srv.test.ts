import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { confdProject } from "../support/confd.ts";
import { startConsul } from "../support/consul.ts";
import { type NameServer, startNameServer } from "../support/dns.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";

const HOSTS = { "one.example.test": "127.0.0.1" };

/** An etcd that is found by _etcd._tcp.example.test alone. */
async function namedEtcd(): Promise<{ readonly etcd: Etcd; readonly names: NameServer } & AsyncDisposable> {
  const etcd = await startEtcd();
  await etcd.put("/name", "one");
  const names = await startNameServer({ hosts: HOSTS, services: [["_etcd._tcp.example.test", `one.example.test:${etcd.port}`]] });
  return {
    etcd,
    names,
    async [Symbol.asyncDispose]() {
      await names[Symbol.asyncDispose]();
      await etcd[Symbol.asyncDispose]();
    },
  };
}

describe("nodes that DNS names", () => {
  test("etcd is found by a domain and by a record, from flags, variables and confd.toml of both lines", async () => {
    await using here = await namedEtcd();
    const { mounts } = here.names;
    await using app = await confdProject({ "domain.toml": 'srv_domain = "example.test"\n', "record.toml": 'srv_domain = "elsewhere.test"\nsrv_record = "_etcd._tcp.example.test."\n', "empty.toml": 'srv_domain = "example.test"\nsrv_record = ""\n' });
    const toml = (name: string) => ["-onetime", "-config-file", app.directory.join(name)];
    const ways: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
      [["etcd", "--onetime", "--srv-domain", "example.test"], {}],
      // The nodes that DNS names stand above the others, as in confd.
      [["-onetime", "-srv-record", "_etcd._tcp.example.test", "-node", "http://127.0.0.1:1"], {}],
      [["etcd", "--onetime"], { CONFD_SRV_DOMAIN: "example.test" }],
      [["etcd", "--onetime"], { CONFD_SRV_RECORD: "_etcd._tcp.example.test" }],
      ...["domain.toml", "record.toml", "empty.toml"].map((name) => [toml(name), {}] as const),
    ];
    for (const [index, [args, env]] of ways.entries()) {
      await here.etcd.put("/name", String(index));
      const { code, stderr } = await app.confd(args, { env, mounts });
      assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
      assert.equal(await app.read("out/app.conf"), `name = ${index}\n`);
    }
  });

  test("the record and its name server may go away while etcd is followed", async () => {
    await using here = await namedEtcd();
    const { mounts } = here.names;
    await using app = await confdProject();
    await using running = await app.startConfd(["etcd", "--watch", "--srv-domain", "example.test"], { mounts });
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"), { within: 10_000 });
    await here.names.stop();
    await here.etcd.put("/name", "two");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"));
    assert.equal(await running.stop(), 0);
  });

  test("Consul is found by its own record, and its first node is taken", async () => {
    await using consul = await startConsul();
    await consul.put("/name", "one");
    await using names = await startNameServer({ hosts: HOSTS, services: [["_consul._tcp.example.test", `one.example.test:${consul.port}`]] });
    await using app = await confdProject();
    const { code, stderr } = await app.confd(["consul", "--onetime", "--srv-domain", "example.test"], { mounts: names.mounts });
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
  });

  test("a domain without the record, and one that the name server does not tell of, are said so", async () => {
    await using names = await startNameServer({});
    const { mounts } = names;
    await using app = await confdProject({ "confd.toml": '\nsrv_record = "_web._tcp.example.test"\n' });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["etcd", "--onetime", "--srv-domain", "example.test"], /--srv-domain: cannot find the nodes of "_etcd\._tcp\.example\.test\.": there is no such SRV record/],
      [["etcd", "--onetime", "--srv-domain", "elsewhere.test"], /"_etcd\._tcp\.elsewhere\.test\.": querySrv EREFUSED/],
      [["-onetime", "-config-file", app.directory.join("confd.toml")], /srv_record of \S+confd\.toml:2: cannot find the nodes of "_web\._tcp\.example\.test": there is no such SRV record/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await app.confd(args, { mounts });
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
    }
  });

  test("a backend that has no nodes looks nothing up, and says that the domain has no effect", async () => {
    await using app = await confdProject();
    const { code, stderr } = await app.confd(["env", "--onetime", "--srv-domain", "example.test"], { env: { NAME: "one" } });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /--srv-domain: this has no effect on env/);
  });
});
