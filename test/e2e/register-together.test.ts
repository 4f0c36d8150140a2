import assert from "node:assert/strict";
import { test } from "node:test";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project, remora, startRemora } from "../support/remora.ts";

const INTERVAL = ["--registrar-interval", "1s"];

function flagsOf(folder: Project, etcd: Etcd): string[] {
  return [...folder.flags, "--backend", "etcd", "--etcd-endpoints", etcd.url, ...INTERVAL];
}

async function hostsIn(etcd: Etcd): Promise<string[]> {
  const lines = (await etcd.ctl("get", "", "--prefix", "--keys-only")).split("\n");
  return lines.filter((key) => key.endsWith("/host")).sort();
}

test("Registrars of one machine, with one state directory, leave each other's registrations alone", async () => {
  await using etcd = await startEtcd();
  const service = '[[service]]\nname = "own"\nport = 80\naddress = ["static:10.9.8.7"]\n';
  await using folder = await project({ "remora.toml": service, "data.yaml": "name: one\n" });
  const register = (...args: string[]) => startRemora(["register", ...flagsOf(folder, etcd), ...args, "--address", "static:10.9.8.7"]);
  await using running = await folder.start(["--registrar-registries", "etcd", "--etcd-endpoints", etcd.url, ...INTERVAL]);
  await running.waitForLog("Registered");
  await using web = await register("--name", "web", "--port", "80");
  await using other = await register("--name", "web2", "--port", "81");
  await Promise.all([web, other].map((one) => one.waitForLog("Registered")));
  // Each has compared everything some times by then.
  const since = performance.now();
  await eventually(async () => {
    assert.deepEqual(await hostsIn(etcd), ["/own/host", "/web/host", "/web2/host"]);
    assert.ok(performance.now() > since + 3_000, "too early");
  });
  for (const one of [running, web, other]) assert.equal(one.lines.some(({ message }) => message === "Deregistered"), false);
  assert.equal(await web.stop(), 0);
  assert.deepEqual(await hostsIn(etcd), ["/own/host", "/web2/host"]);
});

test("A state directory in which no registrar can be held is named, with what to do", async () => {
  await using folder = await project();
  await remora(["deregister", ...folder.flags, "--registry", "consul", "--consul-address", "http://127.0.0.1:1", "--timeout", "1s", "--name", "web", "--port", "80"]);
  await folder.write("state/registrar-services", "a file");
  await folder.write("remora.toml", '[[service]]\nname = "web"\nport = 80\n');
  const { code, stderr } = await remora(["register", ...folder.flags, "--registry", "consul"]);
  assert.equal(code, 2);
  assert.match(stderr, /Cannot use the state directory ".*\/registrar-services": .+\n\s+hint: Name one that can be written, with --state-dir/);
});

test("A second registrar of the same is refused while the first one lives, and takes over what a killed one left", async () => {
  await using etcd = await startEtcd();
  await using folder = await project();
  const args = ["register", ...flagsOf(folder, etcd), "--name", "web", "--port", "80", "--address", "static:10.9.8.7"];
  await using first = await startRemora(args);
  await first.waitForLog("Registered");
  const { code, stderr } = await remora(args);
  assert.equal(code, 2);
  assert.match(stderr, /Cannot use the state directory ".*\/registrar-[0-9a-f]{16}": process \d+ is using it\n\s+hint: Stop that Remora, or name another directory with --state-dir/);
  first.signal("SIGKILL");
  await first.exit;
  await using second = await startRemora(args);
  await eventually(() => assert.ok(second.lines.length > 0));
  assert.deepEqual(await hostsIn(etcd), ["/web/host"]);
  assert.equal(await second.stop(), 0);
  assert.deepEqual(await hostsIn(etcd), []);
});
