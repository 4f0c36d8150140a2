import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import { type Project, project, remora, startRemora } from "../support/remora.ts";
import { startZookeeper } from "../support/zookeeper.ts";

const ADDRESS = ["--address", "static:10.9.8.7"];

function flagsOf(app: Project, etcd: Etcd): string[] {
  return [...app.flags, "--backend", "etcd", "--etcd-endpoints", etcd.url];
}

/** What is in etcd, without what registrars keep for themselves. */
async function keysOf(etcd: Etcd): Promise<Record<string, string>> {
  const { kvs = [] } = JSON.parse(await etcd.ctl("get", "", "--prefix", "-w", "json")) as { kvs?: { key: string; value: string }[] };
  const text = (base64: string) => Buffer.from(base64, "base64").toString();
  return Object.fromEntries(kvs.map(({ key, value }) => [text(key), text(value)] as const).filter(([key]) => !key.startsWith("/_remora/")));
}

/** An app that answers as it is told to. */
async function app(): Promise<{ readonly url: string; status: number; readonly server: Server } & AsyncDisposable> {
  const state = { status: 200 };
  const server = createServer((_, answer) => answer.writeHead(state.status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, [Symbol.asyncDispose]: async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  } });
}

describe("remora register", () => {
  test("Publishes the address until SIGTERM, and takes it back before the process is gone", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    await etcd.put("/elasticsearch/other", "somebody else's");
    await using running = await startRemora(["register", ...flagsOf(folder, etcd), "--name", "elasticsearch", "--port", "9200", ...ADDRESS]);
    await eventually(async () => assert.deepEqual(await keysOf(etcd), { "/elasticsearch/host": "10.9.8.7", "/elasticsearch/other": "somebody else's" }));
    assert.equal(await running.stop(), 0);
    assert.deepEqual(await keysOf(etcd), { "/elasticsearch/other": "somebody else's" });
    assert.deepEqual(running.lines.filter(({ level }) => level === "text"), [], "nothing but log lines");
  });

  test("Publishes an instance for each family of addresses that is asked for", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    const families = ["--registrar-families", "IPv4,IPv6", "--layout", "registrator", "--address", "static:10.9.8.7", "--address", "static:fd00::7"];
    await using running = await startRemora(["register", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", ...families], { env: { HOSTNAME: "host" } });
    await eventually(async () => assert.deepEqual(await keysOf(etcd), { "/services/web/web-host-80": "10.9.8.7:80", "/services/web/web-host-80-ipv6": "[fd00::7]:80" }));
    assert.equal(await running.stop(), 0);
  });

  test("kill -9 leaves it to the TTL, and a restart within that keeps it without a gap", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    const args = ["register", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", "--ttl", "5s", ...ADDRESS];
    const first = await startRemora(args);
    await first.waitForLog("Registered");
    first.signal("SIGKILL");
    await first.exit;
    await using second = await startRemora(args);
    const until = Date.now() + 7_000;
    while (Date.now() < until) {
      assert.deepEqual(await keysOf(etcd), { "/web/host": "10.9.8.7" });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    second.signal("SIGKILL");
    await second.exit;
    await eventually(async () => assert.deepEqual(await keysOf(etcd), {}), { within: 15_000 });
  });

  test("After a change of the host's name what the old name had registered is taken back", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    const args = ["register", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", "--layout", "registrator", ...ADDRESS];
    const first = await startRemora(args, { env: { HOSTNAME: "before" } });
    await first.waitForLog("Registered");
    first.signal("SIGKILL");
    await first.exit;
    await using second = await startRemora(args, { env: { HOSTNAME: "after" } });
    await eventually(async () => assert.deepEqual(Object.keys(await keysOf(etcd)), ["/services/web/web-after-80"]));
    assert.equal(await second.stop(), 0);
  });

  test("Registers in several registries at once, and one that is away holds up no other", async () => {
    await using etcd = await startEtcd();
    await using consul = await startConsul();
    await using folder = await project();
    await etcd.kill();
    await using running = await startRemora(["register", ...flagsOf(folder, etcd), "--registry", "etcd", "--registry", "consul", "--consul-address", consul.url, "--name", "web", "--port", "80", ...ADDRESS]);
    const inConsul = async () => ((await (await fetch(`${consul.url}/v1/health/service/web?passing`)).json()) as unknown[]).length;
    await eventually(async () => assert.equal(await inConsul(), 1));
    await etcd.start();
    await eventually(async () => assert.deepEqual(await keysOf(etcd), { "/web/host": "10.9.8.7" }));
    assert.equal(await running.stop(), 0);
    assert.deepEqual([await inConsul(), await keysOf(etcd)], [0, {}]);
  });

  test("Registers once the check passes, and takes it back while it fails", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    await using web = await app();
    web.status = 503;
    await using running = await startRemora(["register", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", "--check", web.url, "--layout", "registrator", ...ADDRESS]);
    await running.waitForLog("Health changed");
    assert.deepEqual(await keysOf(etcd), {});
    web.status = 200;
    await eventually(async () => assert.deepEqual(Object.values(await keysOf(etcd)), ["10.9.8.7:80"]));
  });

  test("An etcd that is away is waited for, and everything is back within 2 s of its return", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    await etcd.kill();
    await using running = await startRemora(["register", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", ...ADDRESS]);
    await running.waitForLog("Registry is away, trying again");
    await etcd.start();
    await eventually(async () => assert.deepEqual(await keysOf(etcd), { "/web/host": "10.9.8.7" }), { within: 4_000 });
    assert.equal(await running.stop(), 0);
  });

  test("--once registers and leaves, and deregister takes that back alone", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    const web = ["--name", "web", "--port", "80", ...ADDRESS];
    assert.equal((await remora(["register", "--once", ...flagsOf(folder, etcd), ...web])).code, 0);
    assert.equal((await remora(["register", "--once", ...flagsOf(folder, etcd), "--name", "db", "--port", "5432", ...ADDRESS])).code, 0);
    assert.deepEqual(await keysOf(etcd), { "/db/host": "10.9.8.7", "/web/host": "10.9.8.7" });
    assert.equal((await remora(["deregister", ...flagsOf(folder, etcd), ...web])).code, 0);
    assert.deepEqual(await keysOf(etcd), { "/db/host": "10.9.8.7" });
    const again = await remora(["deregister", ...flagsOf(folder, etcd), ...web]);
    assert.equal(again.code, 0);
    assert.match(again.stderr, /Nothing of it was registered from here/);
  });

  test("--once gives up when the checks do not pass, or the registry is away", async () => {
    await using etcd = await startEtcd();
    await using folder = await project();
    const failing = await remora(["register", "--once", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", "--check", "command:false", "--timeout", "2s", ...ADDRESS]);
    assert.equal(failing.code, 6);
    assert.deepEqual(await keysOf(etcd), {});
    await etcd.kill();
    const away = await remora(["register", "--once", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", "--timeout", "1s", ...ADDRESS]);
    assert.equal(away.code, 3);
  });

  test("--once says so when a service has no place in the registry", async () => {
    await using etcd = await startEtcd();
    await using redis = await startRedis();
    await using folder = await project();
    const { code, stderr } = await remora(["register", "--once", ...flagsOf(folder, etcd), "--name", "a/b", "--port", "80", ...ADDRESS]);
    assert.match(stderr, /^remora: Cannot register "a\/b-.*-80" of "a\/b": its name has a slash$/m);
    assert.equal(code, 2);
    const route = await remora(["register", "--once", ...folder.flags, "--registry", "redis", "--registrar-redis-url", redis.url, "--name", "web", "--port", "80", ...ADDRESS]);
    assert.match(route.stderr, /^remora: Cannot register "web": nothing of it has a place in redis\n {2}hint: .*"domain".* --attr$/m);
  });

  test("Registers with Consul's agent, with tags, attributes and a heartbeat", async () => {
    await using consul = await startConsul();
    await using folder = await project();
    await using running = await startRemora(["register", ...folder.flags, "--registry", "consul", "--consul-address", consul.url, "--name", "web", "--port", "80", "--tag", "v2", "--tag", "blue", "--attr", "zone=eu", ...ADDRESS]);
    await eventually(async () => {
      const [row] = (await (await fetch(`${consul.url}/v1/health/service/web?passing`)).json()) as { Service: { Address: string; Port: number; Tags: string[]; Meta: Record<string, string> } }[];
      assert.deepEqual([row?.Service.Address, row?.Service.Port, row?.Service.Tags, row?.Service.Meta["zone"]], ["10.9.8.7", 80, ["v2", "blue"], "eu"]);
    });
    assert.equal(await running.stop(), 0);
    assert.deepEqual(await (await fetch(`${consul.url}/v1/health/service/web`)).json(), []);
  });

  test("Registers in the ZooKeeper that is the backend, where templates read it", async () => {
    await using zookeeper = await startZookeeper();
    await using folder = await project();
    const backend = ["--backend", "zookeeper", "--zookeeper-servers", zookeeper.server, "--zookeeper-chroot", "/shop"];
    await using running = await startRemora(["register", ...folder.flags, ...backend, "--name", "web", "--port", "80", ...ADDRESS]);
    await running.waitForLog("Registered");
    assert.equal((await remora(["keys", "get", ...folder.flags, ...backend, "/web/host"])).stdout, "10.9.8.7\n");
    assert.equal(await running.stop(), 0);
  });

  test("What cannot be registered is refused with what is wrong", async () => {
    await using folder = await project();
    const refused = async (...args: string[]) => (await remora(["register", ...folder.flags, ...args])).stderr;
    assert.match(await refused(), /No service is named/);
    assert.match(await refused("--name", "web"), /--port is missing/);
    assert.match(await refused("--name", "web", "--port", "x"), /"x" is not a port/);
    assert.match(await refused("--port", "80"), /Cannot take --port without --name/);
    assert.match(await refused("--name", "web", "--port", "80"), /Cannot register in backend "file": it is not a registry/);
    assert.match(await refused("--name", "web", "--port", "80", "--backend", "redis"), /Cannot register in backend "redis": it is not a registry/);
    assert.match(await refused("--name", "web", "--port", "80", "--backend", "etcd", "--address", "interface"), /interface/);
    assert.match(await refused("--name", "web", "--port", "80", "--backend", "etcd", "--check", "htp://x"), /it is of no form that is known/);
    assert.match(await refused("--name", "web", "--port", "80", "--backend", "etcd", "--layout", "hots"), /Did you mean "host"/);
    assert.match(await refused("--name", "web", "--port", "80", "--backend", "etcd", "--attr", "zone"), /it is not KEY=VALUE/);
  });
});

describe("[[service]] in remora run", () => {
  test("Is registered once the units are applied, follows a new configuration, and is taken back at the end", async () => {
    await using etcd = await startEtcd();
    const service = (name: string) => `[[service]]\nname = "${name}"\nport = 80\naddress = ["static:10.9.8.7"]\n`;
    await using folder = await project({ "remora.toml": service("web"), "templates/app.njk": 'name = {{ getv("/name") }}\n' });
    await using running = await folder.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
    await running.waitForLog("Waiting for keys");
    assert.deepEqual(await keysOf(etcd), {});
    await etcd.put("/name", "one");
    await eventually(async () => assert.deepEqual(await keysOf(etcd), { "/name": "one", "/web/host": "10.9.8.7" }));
    await folder.write("remora.toml", `${service("web")}\n${service("api")}`);
    await eventually(async () => assert.deepEqual(await keysOf(etcd), { "/api/host": "10.9.8.7", "/name": "one", "/web/host": "10.9.8.7" }));
    await folder.write("remora.toml", service("api"));
    await eventually(async () => assert.deepEqual(await keysOf(etcd), { "/api/host": "10.9.8.7", "/name": "one" }));
    assert.equal(await running.stop(), 0);
    assert.deepEqual(await keysOf(etcd), { "/name": "one" });
  });

  test("explain tells the address that it would advertise, and why", async () => {
    await using folder = await project({ "remora.toml": '[registrar]\nregistries = ["consul"]\naddress = ["cidr:203.0.113.0/24", "env:OUR_IP"]\n\n[[service]]\nname = "web"\nport = [80, 81]\n' });
    const { stdout } = await folder.remora(["explain"], { env: { OUR_IP: "10.1.2.3" } });
    assert.match(stdout, /^services\n {2}web at 10\.1\.2\.3, port 80, 81, in consul\n {4}The variable OUR_IP says so \("env:OUR_IP"\)$/m);
    assert.match((await folder.remora(["explain"])).stdout, /web at no address[\s\S]*"env:OUR_IP": OUR_IP is not set/);
  });

  test("A wrong one is refused by name, with its line", async () => {
    await using folder = await project({ "remora.toml": 'backend = "etcd"\n\n[[service]]\nname = "web"\nport = 80\nadress = ["route"]\n' });
    const { code, stderr } = await folder.remora(["check"]);
    assert.equal(code, 2);
    assert.match(stderr, /remora\.toml:6:1: .*key "adress" is not known[\s\S]*Did you mean "address"\?/);
    await folder.write("remora.toml", '[[service]]\nname = "web"\nport = 80\n');
    assert.match((await folder.remora(["check"])).stderr, /nothing says where to register it/);
  });
});
