import assert from "node:assert/strict";
import { test } from "node:test";
import { startDocker } from "../support/docker.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { project, remora, startRemora } from "../support/remora.ts";

test("Tags are made of what the engine says of a container, and its address is the one that a label holds", { timeout: 60_000 }, async () => {
  await using docker = await startDocker();
  await using etcd = await startEtcd();
  await using folder = await project();
  const template = 'all,{{strSlice .ID 0 12}},{{.Config.Hostname}}{{with mIndex "zone" .Config.Labels}},zone-{{.}}{{end}}';
  const where = ["--registry", "etcd", "--etcd-endpoints", etcd.url, "--layout", "json", "--docker", "--host", docker.host, "--internal"];
  const id = await docker.run("labelled", { Labels: { zone: "eu", "io.example.ip": "10.42.0.5/16" }, Env: ["SERVICE_NAME=web", "SERVICE_TAGS=own"] });
  await using running = await startRemora(["register", ...folder.flags, ...where, "--tags", template, "--useIpFromLabel", "io.example.ip"], { env: { HOSTNAME: "host" } });
  const published = async (name: string) => {
    const value = await etcd.ctl("get", `/services/web/host:${name}:80`, "--print-value-only");
    const { address, port, tags } = JSON.parse(value) as { address: string; port: number; tags: string[] };
    return { address, port, tags };
  };
  const short = id.slice(0, 12);
  await eventually(async () => assert.deepEqual(await published("labelled"), { address: "10.42.0.5", port: 80, tags: ["own", "all", short, short, "zone-eu"] }));

  await docker.run("plain", { Env: ["SERVICE_NAME=web"] });
  await eventually(async () => assert.match((await published("plain")).address, /^172\./));
  assert.equal(await running.stop(), 0);
});

test("A template of tags that cannot be read is refused with what is wrong", async () => {
  await using folder = await project();
  const refused = async (...args: string[]) => remora(["register", ...folder.flags, "--registry", "consul", ...args]);
  const { code, stderr } = await refused("--docker", "--tags", "{{.ID");
  assert.equal(code, 2);
  assert.match(stderr, /Cannot take --tags: template: tags:1: unclosed action/);
  assert.match((await refused("--name", "web", "--port", "80", "--useIpFromLabel", "ip")).stderr, /Cannot take --useIpFromLabel without --docker/);
});
