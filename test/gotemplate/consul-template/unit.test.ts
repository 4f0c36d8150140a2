import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Project, project } from "../../support/remora.ts";
import { compiled } from "../confd/support.ts";

describe("a unit with consul-template's functions", () => {
  async function unit(template: string, more: string, values: string, name = "app.ctmpl"): Promise<Project> {
    return project({ "conf.d/app.toml": `[template]\nsrc = "${name}"\ndest = "$DIR/out/app.conf"\n${more}`, [`templates/${name}`]: template, "templates/app.njk": "", "data.yaml": values });
  }

  test("reads the keys of whichever backend it has", async () => {
    await using app = await unit('{{ key "app/name" }} {{ range ls "app" }}{{ .Key }} {{ end }}', "", "app: { name: shop, port: 80 }\n");
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "shop name port ");
  });

  test("may be called otherwise, have other delimiters, and be strict about members", async () => {
    await using app = await unit('[[ key "a" ]] {{ [[ with parseJSON "{\\"x\\":1}" ]][[ .x ]][[ end ]]', 'engine = "consul-template"\nleft_delimiter = "[["\nright_delimiter = "]]"\nerror_on_missing_key = true\n', "a: b\n", "app.conf");
    assert.equal((await app.remora(["render"])).code, 0);
    assert.equal(await app.read("out/app.conf"), "b {{ 1");
    await app.write("templates/app.conf", '[[ with parseJSON "{\\"x\\":1}" ]][[ .y ]][[ end ]]');
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 4);
    assert.match(stderr, /map has no entry for key "y"/);
  });

  test("is tried with sample values, services among them", async () => {
    await using app = await unit('{{ range service "v2.web|any" }}{{ .Address }}:{{ .Port }} {{ .ServiceMeta.zone }}{{ end }}{{ range services }} {{ .Name }}{{ end }}{{ with node "x" }}node{{ end }}', "", "");
    const samples = await app.write("samples.yaml", '"consul:service":\n  web:\n    - { address: 10.0.0.5, port: 8080, tags: [v2], meta: { zone: eu }, status: critical }\n');
    const { code, stdout, stderr } = await app.remora(["check", "--with-values", samples]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /1 unit is sound/);
  });

  test("has sample values of another datacenter, which are not those of this one", async () => {
    await using app = await unit('{{ key "app/name@dc2" }}{{ keyOrDefault "app/other@dc2" "none" }}{{ range service "web@dc2" }}{{ .Port }}{{ end }}', 'check_cmd = "grep -q secondnone80 {{ src }}"\n', "");
    const samples = await app.write("samples.yaml", '"consul@dc2:":\n  app: { name: second }\n"consul::":\n  app: { name: first, other: first }\n"consul:service": { web: [{ address: 10.0.0.5, port: 80 }] }\n');
    const { code, stdout, stderr } = await app.remora(["check", "--with-values", samples]);
    assert.equal(code, 0, stdout + stderr);
  });

  test("has the keys that it names read before the first render, with a slash or without", async () => {
    const { literals } = await compiled('{{key "app/name"}}{{key "/b"}}{{ls "consul:/c"}}{{key "x@dc"}}{{keyOrDefault .x ""}}', { name: "main.ctmpl" });
    assert.deepEqual(literals, ["/app/name", "/b", "consul:/c"]);
  });
});
