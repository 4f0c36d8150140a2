import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Backend } from "../../../src/core/backend.ts";
import { formatDependency } from "../../../src/core/dependency.ts";
import type { Entry } from "../../../src/core/entry.ts";
import { ROOT } from "../../../src/core/key.ts";
import { render } from "../../../src/template/index.ts";
import { type Consul, openConsul, startConsul } from "../../support/consul.ts";
import { closed } from "../../template/support.ts";
import { compiled } from "../confd/support.ts";
import { failure, rendered as renderedFrom } from "./support.ts";

describe("consul-template's functions on Consul's catalog", () => {
  let consul: Consul;
  let backend: Backend;
  before(async () => {
    consul = await startConsul();
    backend = await openConsul(consul.url);
    const check = { CheckID: "", TTL: "1h", Status: "passing" };
    await consul.register({ ID: "web-1", Name: "web", Port: 80, Tags: ["v1", "V2"], Address: "10.0.0.1", Meta: { zone: "eu", weight: "7" } });
    await consul.register({ ID: "web-2", Name: "web", Port: 81, Tags: ["v1"], Address: "10.0.0.2", Meta: { zone: "us" }, Check: { ...check, CheckID: "c2", Status: "warning" } });
    await consul.register({ ID: "web-3", Name: "web", Port: 81, Address: "10.0.0.3", Check: { ...check, CheckID: "c3", Status: "critical" } });
  });
  after(async () => {
    await backend?.[Symbol.asyncDispose]();
    await consul?.[Symbol.asyncDispose]();
  });

  /** Renders, and reads what it asks for, until it has all. */
  async function rendered(source: string): Promise<string> {
    const template = await compiled(source, { name: "main.ctmpl" });
    const known = new Map<string, Entry>();
    for (;;) {
      const result = render(template, { lookup: { covers: (wanted) => known.has(formatDependency(wanted)), entry: (ref) => known.get(formatDependency({ ...ref, scope: "key" })), entries: () => [] }, opener: closed, prefix: ROOT, defaultBackend: "consul", env: {}, now: () => new Date() });
      if (result.kind === "rendered") return result.text;
      if (result.kind === "failed") throw result.error;
      assert.ok(result.kind === "uncovered");
      const { entries } = await backend.read(result.wanted.map(({ key }) => key), { signal: AbortSignal.timeout(10_000) });
      for (const wanted of result.wanted) known.set(formatDependency(wanted), entries.find(({ key }) => key === wanted.key) as Entry);
    }
  }

  for (const [query, ids] of Object.entries({
    web: "web-1", "web|any": "web-1 web-2 web-3", "web|passing,warning": "web-1 web-2", "web|critical": "web-3", "v1.web|any": "web-1 web-2", "v2.web": "web-1", "v9.web": "", "web@dc1|warning": "web-2", none: "",
  })) {
    test(`service "${query}" gives ${ids === "" ? "nothing" : ids}`, async () => assert.equal((await rendered(`{{range service "${query}"}}{{.ID}} {{end}}`)).trim(), ids));
  }

  test("service takes filters as further arguments too", async () => assert.equal(await rendered('{{range service "web" "warning"}}{{.ID}}{{end}}'), "web-2"));

  test("an instance has consul-template's fields", async () => {
    const node = `test-${consul.port}`;
    assert.equal(
      await rendered('{{with index (service "web") 0}}{{.Name}} {{.Address}}:{{.Port}} {{.Tags}} {{.Status}} {{.Node}} {{.NodeAddress}} {{.Checks.AggregatedStatus}} {{.ServiceMeta.zone}}{{.ServiceMeta.none}} {{.Weights.Passing}} {{len .Checks}} {{.Tags.Contains "v1"}} {{.Tags | contains "v9"}} {{.Tags | join ","}}{{end}}'),
      `web 10.0.0.1:80 [V2 v1] passing ${node} 127.0.0.1 passing eu 1 1 true false V2,v1`,
    );
  });

  test("services lists names and tags, and byTag, byPort and byMeta group", async () => {
    assert.equal(await rendered("{{range services}}{{.Name}}{{.Tags}} {{end}}"), "consul[] web[V2 v1] ");
    assert.equal(await rendered('{{range $tag, $all := service "web|any" | byTag}}{{$tag}}:{{range $all}} {{.ID}}{{end}};{{end}}{{range $tag, $all := services | byTag}}{{$tag}}{{end}}'), "V2: web-1;v1: web-1 web-2;V2v1");
    assert.equal(await rendered('{{range $port, $all := service "web|any" | byPort}}{{$port}}:{{len $all}} {{end}}'), "80:1 81:2 ");
    assert.equal(await rendered('{{range $key, $all := service "web|any" | byMeta "zone,weight|int"}}{{$key}}:{{len $all}} {{end}}'), "_no_zone__00000:1 eu_00007:1 us_00000:1 ");
  });

  test("node, nodes and datacenters tell of machines", async () => {
    const name = `test-${consul.port}`;
    assert.equal(await rendered("{{range datacenters}}{{.}}{{end}}"), "dc1");
    assert.equal(await rendered('{{range nodes}}{{.Node}} {{.Address}}{{end}} {{len (nodes "@dc1")}}'), `${name} 127.0.0.1 1`);
    assert.equal(await rendered(`{{with node "${name}"}}{{.Node.Node}}{{range .Services}} {{.ID}}:{{.Port}}{{end}}{{end}}`), `${name} consul:${await serverPort()} web-1:80 web-2:81 web-3:81`);
    assert.equal(await rendered('{{with node}}{{.Node.Address}}{{end}}{{with node "none"}}x{{else}} none{{end}}'), "127.0.0.1 none");
  });

  async function serverPort(): Promise<number> {
    const answer = (await (await fetch(`${consul.url}/v1/catalog/service/consul`)).json()) as { ServicePort: number }[];
    return answer[0]?.ServicePort ?? 0;
  }
});

describe("consul-template's functions without Consul", () => {
  const data = { "/services/web/a": '{"id":"a","address":"10.0.0.1","port":80,"tags":["v2"]}', "/services/web/b": "10.0.0.2:81" };

  test("a path names what a registrar published", async () => {
    assert.equal(await renderedFrom('{{range service "/services/web"}}{{.Address}}:{{.Port}} {{end}}{{range service "etcd:/services/v2.web"}}{{.ID}}{{end}} {{range services "/services"}}{{.Name}}{{.Tags}}{{end}}', { data }), "10.0.0.1:80 10.0.0.2:81 a web[v2]");
  });

  for (const [query, message] of Object.entries({ "web|bad": 'health.service: invalid filter: "bad" in "web|bad"', "we b": 'health.service: invalid format: "we b"' })) {
    test(`service "${query}" is refused as there`, async () => assert.equal((await failure(`{{service "${query}"}}`)).message, message));
  }

  test("parameters behind a question mark are refused", async () => assert.match((await failure('{{service "web?ns=x"}}')).message, /are not read/));
});
