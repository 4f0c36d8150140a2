import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { listsOf } from "../../src/backends/sample-lists.ts";
import type { Key } from "../../src/core/key.ts";
import { bothWays, translated, translation } from "./support.ts";

const NAME = "main.ctmpl";

const DATA = {
  "/app/name": "shop",
  "/app/workers": "4",
  "/app/empty": "",
  "/app/hosts": " a, b,c\n",
  "/app/json": '{"host": "h1", "port": 8080, "tags": ["x", "y"]}',
  "/sites/shop": "shop.example.com",
  "/sites/blog": "blog.example.com",
  "/sites/blog/port": "81",
  "/sites/shop/port": "82",
  "/sites/shop/tls/on": "true",
  "consul:/other/a": "1",
  "consul@dc2:/app/name": "abroad",
  ...catalog({
    "web/0": { node: "n1", address: "10.0.0.1", port: "80", "tags/0": "v2", "tags/1": "http", "meta/weight": "7", "meta/zone": "eu" },
    "web/1": { node: "n2", address: "fd00::2", port: "81", "tags/0": "v1" },
    "web/2": { node: "n2", address: "10.0.0.3", port: "82", status: "critical", "tags/0": "v2" },
    "mail/0": { node: "n1", address: "10.0.0.4", port: "25" },
  }),
};

/** What is translated, and what it gives. */
const CASES: Readonly<Record<string, readonly [string, string?]>> = {
  "keys by names with a slash before them and without": ['{{key "app/name"}} {{key "/app//name"}} {{keyExists "app/none"}} {{keyExists "app/empty"}}', "shop shop false true"],
  "keys of another backend and of another datacenter": ['{{range ls "consul:/other"}}{{.Key}}={{.Value}}{{end}} {{key "app/name@dc2"}}', "a=1 abroad"],
  "a default, also of a value that is empty": ['{{keyOrDefault "app/none" "d"}}|{{keyOrDefault "app/empty" "d"}}|{{keyOrDefault "app/name" "d"}}|{{keyOrDefault "app/none" ""}}', "d|d|shop|"],
  "pairs right below a directory": ['{{range ls "sites"}}{{.Key}}={{.Value}} {{.Path}};{{else}}none{{end}}', "blog=blog.example.com sites/blog;shop=shop.example.com sites/shop;"],
  "all pairs below a directory": ['{{range $i, $p := tree "sites/"}}{{$i}}{{$p.Key}}={{.Value}} {{end}}{{range tree "none"}}x{{else}}none{{end}}', "0blog=blog.example.com 1blog/port=81 2shop=shop.example.com 3shop/port=82 4shop/tls/on=true none"],
  "names that are put together": ['{{range ls "sites"}}{{key (printf "sites/%s/port" .Key)}} {{range ls (print "/sites/" .Key)}}{{.Path}} {{end}}{{end}}', "81 sites/blog/port 82 sites/shop/port "],
  "names that begin with what is not written out": ['{{$app := env "HOME_OF"}}{{keyOrDefault (printf "%s/x" $app) "none"}} {{$name := printf "%s/name" (env "PART")}}{{key $name}} {{$key := "app/name"}}{{key $key}}{{range ls (print $app "/list")}}x{{end}}', "none shop shop"],
  "a service that is taken apart": ['{{with service "web"}}{{with index . 0}}{{.Address}}{{end}}{{len .}}{{end}} {{(index (service "web") 1).Port}}{{$web := service "web"}}{{if $web}}{{range $web}}{{.ID}}{{end}}{{end}}', "10.0.0.12 81web-1web-2"],
  "a loop over services, with their numbers": ['{{range $i, $s := service "web"}}{{if $i}},{{end}}{{.Node}} {{.Address}}:{{.Port}} {{.ID}} {{.Name}} {{.Status}}{{end}}', "n1 10.0.0.1:80 web-1 web passing,n2 fd00::2:81 web-2 web passing"],
  "a service without instances": ['{{range service "none"}}x{{else}}server 127.0.0.1:65535{{end}}', "server 127.0.0.1:65535"],
  "services by tag, and whatever their status": ['{{range service "v2.web"}}{{.ID}}{{end}} {{range service "v2.web|any"}}{{.ID}}{{end}} {{range service "web" "any"}}{{.ID}}{{.Status}}{{end}}', "web-1 web-1web-3 web-1passingweb-2passingweb-3critical"],
  "tags in order, and a search in them": ['{{range service "web"}}{{.Tags}} {{.Tags | join ","}} {{if .Tags | contains "http"}}1{{end}}{{if in .Tags "v1"}}2{{end}}{{range .Tags}}<{{.}}>{{end}};{{end}}', "[http v2] http,v2 1<http><v2>;[v1] v1 2<v1>;"],
  "metadata": ['{{range service "web"}}{{.ServiceMeta.zone}}{{index .ServiceMeta "weight"}}{{with .ServiceMeta.zone}}in {{.}}{{end}}{{range $k, $v := .ServiceMeta}} {{$k}}={{$v}}{{end}};{{end}}', "eu7in eu weight=7 zone=eu;;"],
  "the services there are, each with its instances": ['{{range services}}{{.Name}}{{.Tags}}:{{range service .Name}} {{.Port}}{{end}}\n{{end}}'],
  "JSON, also of an empty value": ['{{with key "app/json" | parseJSON}}{{.host}}:{{.port}}{{range .tags}} {{.}}{{end}}{{end}}{{range parseJSON (key "app/empty")}}x{{end}}', "h1:8080 x y"],
  "numbers": ['{{with $n := key "app/workers" | parseInt}}{{$n | add 1}} {{$n | subtract 5}} {{multiply 2 $n}} {{$n | divide 3}} {{modulo 3 $n}}{{end}}{{parseInt ""}}{{range loop 3}} {{.}}{{end}}{{range loop 1 (key "app/workers")}}-{{.}}{{end}}{{range loop 2 1}}x{{end}}', "5 -1 8 1 10 0 1 2-1-2-3"],
  "functions on text": ['{{key "app/hosts" | trimSpace | toUpper}} {{"a.b.c" | replaceAll "." "-"}} {{"docker.io/web" | trimPrefix "docker.io/" | trimSuffix "b"}} {{base64Encode "a"}}{{base64Decode "YQ=="}} {{sha256Hex ""}} {{in "shop" "ho"}} {{"a" | sprig_upper}}'],
  "parts of a text": ['{{range split "," (key "app/hosts")}}<{{.}}>{{end}}{{range split "," (key "app/empty")}}x{{end}}{{"a,b" | split "," | join "+"}}', "<a>< b><c>a+b"],
  "truth and the environment": ['{{if key "app/empty" | parseBool}}1{{else}}2{{end}}[{{env "NONE"}}]{{env "HOME_OF"}}{{envOrDefault "NONE" "d"}}{{envOrDefault "HOME_OF" "d"}}', "2[]heredhere"],
  "templates that are defined": ['{{define "server"}}server {{.Address}}:{{.Port}};{{end}}{{range service "web"}}{{template "server" .}}{{executeTemplate "server" .}}{{end}}{{define "end"}}.{{end}}{{executeTemplate "end"}}', "server 10.0.0.1:80;server 10.0.0.1:80;server fd00::2:81;server fd00::2:81;."],
};

describe("a template of consul-template's that is translated gives the same bytes", () => {
  for (const [what, [source, expected]] of Object.entries(CASES)) {
    test(what, async () => {
      const text = await bothWays(source, { data: DATA, env: { HOME_OF: "here", PART: "/app" }, name: NAME });
      if (expected !== undefined) assert.equal(text, expected);
    });
  }
});

describe("what of consul-template has no exact counterpart is left, with its line", () => {
  const LEFT: Readonly<Record<string, readonly [source: string, reason: RegExp]>> = {
    "a list that is waited for": ['{{range safeLs "a"}}{{end}}', /not waited for/],
    "a node": ['{{with node}}{{.Node.Address}}{{end}}', /the function node/],
    "a service by another status": ['{{range service "web|critical"}}{{end}}', /not passing/],
    "a service of another datacenter": ['{{range service "web@dc2"}}{{end}}', /another datacenter/],
    "a service by its distance": ['{{range service "web~near"}}{{end}}', /distance/],
    "a service by a name from a key": ['{{range service (key "a")}}{{end}}', /not written out/],
    "a member that nunjucks does not have": ['{{range service "web"}}{{.NodeAddress}}{{end}}', /the member NodeAddress/],
    "a method": ['{{range service "web"}}{{.Tags.Contains "a"}}{{end}}', /no function/],
    "a key by another key": ['{{key (key "a")}}', /may be empty/],
    "a key by what may be empty": ['{{key (print "/" (env "A"))}}', /may be empty/],
    "a directory that would be a pattern": ['{{range ls "a[b]"}}{{end}}', /pattern/],
    "a variable that has to be there": ['{{mustEnv "A"}}', /the function mustEnv/],
    "JSON that is written": ['{{parseJSON "[]" | toJSON}}', /escapes/],
    "groups": ['{{range $tag, $all := service "web" | byTag}}{{end}}', /the function byTag/],
    "several texts in quotes": ['{{sprig_squote "a" "b"}}', /several texts/],
    "the text of a template within an expression": ['{{define "a"}}x{{end}}{{executeTemplate "a" | toUpper}}', /the function executeTemplate/],
    "scratch": ['{{scratch.Set "a" 1}}', /./],
  };
  for (const [what, [source, reason]] of Object.entries(LEFT)) {
    test(what, () => {
      const outcome = translation(`one\n{{"a"}}\n${source}`, [], NAME);
      assert.equal(outcome.kind, "left", JSON.stringify(outcome));
      if (outcome.kind === "left") assert.match(`${outcome.line}: ${outcome.reason}`, new RegExp(`^3: .*${reason.source}`));
    });
  }
});

test("the translation of a template of consul-template's reads as one would write it", () => {
  assert.equal(
    translated('upstream {{key "app/name"}} {\n{{range service "v2.web"}}  server {{.Address}}:{{.Port}};\n{{else}}  server 127.0.0.1:65535;\n{{end}}}\n', [], NAME),
    'upstream {{ getv("/app/name") }} {\n{% for instance in service("web", tag="v2") %}\n  server {{ instance.address }}:{{ instance.port }};\n{% else %}\n  server 127.0.0.1:65535;\n{% endfor %}\n}\n',
  );
});

/** Entries of Consul's catalog, as both languages read them; instances by SERVICE/NUMBER. */
function catalog(instances: Readonly<Record<string, Readonly<Record<string, string>>>>): Readonly<Record<string, string>> {
  const entries = Object.entries(instances).flatMap(([place, fields]) => Object.entries(fields).map(([field, value]) => ({ key: `/consul:service/${place}/${field}` as Key, value, revision: 1 })));
  const lists = listsOf(entries, "samples");
  const kinds = ["services:", "catalog:", ...["web", "mail"].flatMap((name) => [`service:${name}`, `health:${name}`])];
  return Object.fromEntries(kinds.map((kind) => [`consul:${kind}`, lists("consul", kind as Key)]));
}
