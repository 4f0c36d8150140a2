import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Consul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project, remora, startRemora } from "../support/remora.ts";

const TEMPLATE = `{{ key "app/name" }} {{ key "app/name@dc2" }} {{ keyOrDefault "app/none@dc2" "none" }} {{ keyExists "app/name@dc2" }}{{ range ls "list@dc2" }} {{ .Key }}={{ .Value }}{{ end }}{{ range tree "/list@dc2" }} {{ .Key }}{{ end }}
{{ range datacenters }}{{ $dc := . }}{{ range service (printf "web@%s" $dc) }}{{ .ID }}@{{ $dc }} {{ end }}{{ end }}
`;

describe("two datacenters of Consul, joined over a WAN", () => {
  let one: Consul;
  let two: Consul;
  before(async () => {
    one = await startConsul({ datacenter: { name: "dc1" } });
    two = await startConsul({ datacenter: { name: "dc2", beside: one } });
    await eventually(async () => assert.equal((await fetch(`${one.url}/v1/kv/ready?dc=dc2`)).status, 200), { within: 20_000 });
    for (const [consul, name] of [[one, "first"], [two, "second"]] as const) {
      await consul.put("/app/name", name);
      await consul.put("/list/a", `a of ${name}`);
      await consul.put("/list/deep/b", "b");
      await consul.register({ ID: `web-${name}`, Name: "web", Port: 80, Address: "10.0.0.1" });
    }
  });
  after(async () => {
    await two?.[Symbol.asyncDispose]();
    await one?.[Symbol.asyncDispose]();
  });

  async function configured(templates: Readonly<Record<string, string>>): Promise<{ readonly app: Project; readonly args: readonly string[] }> {
    const app = await project({ "conf.d/app.toml": "", "templates/app.njk": "", "data.yaml": "", ...templates });
    const words = Object.keys(templates).flatMap((name) => ["-template", `${app.directory.join(name)}:${app.directory.join(`out/${name.replace(".ctmpl", "")}`)}`]);
    return { app, args: ["consul-template", "-consul-addr", one.url, ...words] };
  }

  test("are read by @dc2, keys and services alike, and followed", async () => {
    const { app, args } = await configured({ "both.ctmpl": TEMPLATE });
    await using _ = app;
    await using running = await startRemora(args, { env: { REMORA_STATE_DIR: app.directory.join("state") } });
    const shows = (text: string) => eventually(async () => assert.equal(await app.read("out/both"), text), { within: 10_000 });
    await shows("first second none true a=a of second a deep/b\nweb-first@dc1 web-second@dc2 \n");
    await two.put("/app/name", "moved");
    await shows("first moved none true a=a of second a deep/b\nweb-first@dc1 web-second@dc2 \n");
    await two.put("/app/name", "second");
    await running.stop();
  });

  test("a datacenter that is not there keeps no template from those that are, and is named", async () => {
    const { app, args } = await configured({ "here.ctmpl": '{{ key "app/name" }}', "there.ctmpl": '{{ key "app/name@dc9" }}{{ range service "web@dc9" }}{{ end }}' });
    await using _ = app;
    await using running = await startRemora(args, { env: { REMORA_STATE_DIR: app.directory.join("state") } });
    await eventually(async () => assert.equal(await app.read("out/here"), "first"), { within: 10_000 });
    const { backend, error } = await running.waitForLog("Backend is away, trying again");
    assert.equal(backend, "consul@dc9");
    assert.match(String(error), /from datacenter "dc9" of Consul at .*No path to datacenter/);
    await one.put("/app/name", "goes on");
    await eventually(async () => assert.equal(await app.read("out/here"), "goes on"));
    await one.put("/app/name", "first");
    await running.stop();
  });

  test("a unit of Remora's own names a datacenter as a backend, below its prefix too", async () => {
    const data = { "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app"\nprefix = "/app"\n', "templates/app.njk": '{{ getv("/name") }} {{ getv("consul@dc2:/name") }} {{ gets("consul@dc2:/*") | length }}' };
    await using app = await project({ ...data, "data.yaml": "", "remora.toml": `backend = "consul"\n[backends.consul]\naddress = "${one.url}"\n` });
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app"), "first second 1");
  });

  for (const [name, message] of [
    ["etcd@dc2:/name", '"etcd@dc2" is no backend: etcd has no datacenters'],
    ["consull:/name", 'there is no backend "consull"'],
  ] as const) {
    test(`${name} fails its template alone, with what is wrong`, async () => {
      await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app"\n', "conf.d/b.toml": '[template]\nsrc = "b.njk"\ndest = "$DIR/out/b"\n', "templates/b.njk": "fine", "templates/app.njk": `{{ getv("${name}") }}`, "data.yaml": "" });
      const { code, stderr } = await remora(["render", ...app.flags]);
      assert.equal(code, 4, stderr);
      assert.ok(stderr.includes(message), stderr);
      assert.equal(await app.read("out/b"), "fine");
    });
  }
});
