import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { project, remora, startRemora } from "../support/remora.ts";

const TEMPLATE = `{{ key "app/name" }}{{ range service "/services/web" }} {{ .ID }}={{ .Address }}:{{ .Port }}{{ end }}{{ range service "/services/v2.web" }} v2:{{ .Port }}{{ end }}{{ range services "/services" }} {{ .Name }}{{ end }}{{ range $tag, $all := service "/services/web" | byTag }} {{ $tag }}:{{ len $all }}{{ end }}{{ with tree "app" | explode }} {{ .name }}{{ end }}
`;

function registering(url: string, id: string, port: number, tags: readonly string[]): string {
  return `backend = "etcd"\n[backends.etcd]\nendpoints = ["${url}"]\n[registrar]\nlayout = "json"\naddress = ["static:10.9.8.7"]\n[[service]]\nname = "web"\nid = "${id}"\nport = ${port}\ntags = ${JSON.stringify(tags)}\n`;
}

describe("a template of consul-template's over etcd", () => {
  test("reads keys, and the services that remora register publishes, and follows both", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/app/name", "shop");
    await using app = await project({
      "remora.toml": `backend = "etcd"\n[backends.etcd]\nendpoints = ["${etcd.url}"]\n`,
      "conf.d/app.toml": '[template]\nsrc = "app.ctmpl"\ndest = "$DIR/out/app.conf"\non_empty = "render"\n',
      "templates/app.ctmpl": TEMPLATE,
      "templates/app.njk": "",
    });
    await using _running = await app.start();
    const shows = (text: string) => eventually(async () => assert.equal(await app.read("out/app.conf"), `${text}\n`), { within: 10_000 });
    await shows("shop shop");
    await using one = await project({ "remora.toml": registering(etcd.url, "a", 80, ["v1"]) });
    await using other = await project({ "remora.toml": registering(etcd.url, "b", 81, ["v1", "v2"]) });
    await using first = await startRemora(["register", ...one.flags]);
    await shows("shop a=10.9.8.7:80 web v1:1 shop");
    await using second = await startRemora(["register", ...other.flags]);
    await shows("shop a=10.9.8.7:80 b=10.9.8.7:81 v2:81 web v1:2 v2:1 shop");
    await second.stop();
    await shows("shop a=10.9.8.7:80 web v1:1 shop");
    await etcd.put("/app/name", "store");
    await shows("store a=10.9.8.7:80 web v1:1 store");
    await first.stop();
    await shows("store store");
  });

  test("names etcd where the command line can name Consul alone", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/app/name", "shop");
    await etcd.put("/services/web/a", "10.0.0.1:80");
    await using app = await project({ "in.ctmpl": '{{ key "etcd:/app/name" }} {{ range service "etcd:/services/web" }}{{ .Address }}:{{ .Port }}{{ end }}' });
    const { code, stdout, stderr } = await remora(["consul-template", "-template", `${app.directory.join("in.ctmpl")}:/out`, "-once", "-dry"], { env: { REMORA_ETCD_ENDPOINTS: etcd.url, REMORA_STATE_DIR: app.directory.join("state") } });
    assert.deepEqual([code, stdout], [0, "> /out\nshop 10.0.0.1:80"], stderr);
  });
});
