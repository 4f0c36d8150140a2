import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatDependency } from "../../../src/core/dependency.ts";
import { failure, rendered, rendering } from "./support.ts";

const DATA = { "/app/db/host": "db1", "/app/db/port": "5432", "/app/name": "shop", "/apple/x": "no", "/app/empty": "", "consul:/db/host": "of consul" };
const KEYS: Readonly<Record<string, string>> = {
  '{{key "app/name"}} {{key "/app/name"}} {{key "consul:/db/host"}}{{key ""}}': "shop shop of consul",
  '{{keyOrDefault "app/none" "d"}} {{keyOrDefault "app/empty" "d"}} {{keyOrDefault "app/name" "d"}}': "d d shop",
  '{{keyExists "app/name"}} {{keyExists "app/none"}} {{keyExists "app/db"}}': "true false false",
  '{{with keyExistsGet "app/name"}}{{.Exists}} {{.Key}}={{.Value}}{{end}} {{(keyExistsGet "app/none").Exists}}': "true app/name=shop false",
  '{{range ls "app"}}{{.Key}}={{.Value}} {{end}}': "empty= name=shop ",
  '{{range tree "app"}}{{.Key}}={{.Value}} {{.Path}}\n{{end}}': "db/host=db1 app/db/host\ndb/port=5432 app/db/port\nempty= app/empty\nname=shop app/name\n",
  '{{range ls "none"}}x{{else}}nothing{{end}}{{len (tree "none")}}': "nothing0",
  '{{range safeLs "app/db"}}{{.Key}} {{end}}{{range safeTree "app/db/"}}{{.Key}} {{end}}': "host port host port ",
  '{{with tree "app" | explode}}{{.db.host}}:{{.db.port}} {{. | toJSON}}{{end}}': 'db1:5432 {"db":{"host":"db1","port":"5432"},"empty":"","name":"shop"}',
  '{{range $top, $pairs := tree "app" | byKey}}{{$top}}{{range $key, $pair := $pairs}} {{$key}}={{$pair.Value}}{{end}}{{end}}': "db host=db1 port=5432",
};

describe("consul-template's keys", () => {
  for (const [template, output] of Object.entries(KEYS)) {
    test(`give what is written for ${template.slice(0, 80).replaceAll("\n", "\\n")}`, async () => assert.equal(await rendered(template, { data: DATA }), output));
  }

  test("what is read is followed, and no more", async () => {
    const result = await rendering('{{key "app/name"}}{{keyOrDefault "app/none" ""}}{{range ls "app/db"}}{{end}}', { data: DATA });
    if (result.kind !== "rendered") return assert.fail(result.kind);
    assert.deepEqual(result.used.map(formatDependency), ["etcd:/app/name", "etcd:/app/none", "etcd:/app/db/..."]);
  });

  test("a key that is not there is waited for, by its name", async () => {
    assert.deepEqual(await failure('{{key "app/none"}}', { data: DATA }), { code: "TEMPLATE_MISSING_KEY", message: "key does not exist: app/none", hint: 'Put it, or give a default: {{keyOrDefault "app/none" "..."}}' });
  });

  for (const name of ["safeLs", "safeTree"]) {
    test(`${name} waits while there is nothing below the prefix`, async () => {
      const result = await rendering(`{{range ${name} "none"}}{{end}}`, { data: DATA });
      if (result.kind !== "failed") return assert.fail(result.kind);
      assert.equal(result.error.code, "TEMPLATE_MISSING_KEY");
      assert.deepEqual(result.missing.map(formatDependency), ["etcd:/none"]);
    });
  }

  test("keys of another datacenter are those of a backend of its own", async () => {
    const result = await rendering('{{keyOrDefault "app/name@dc2" "d"}}{{key "/app/name@dc.2-x" }}{{keyExists "etcd:/app/none@dc3"}}{{range tree "app@dc2"}}{{end}}', { data: { "consul@dc.2-x:/app/name": "x" } });
    if (result.kind !== "rendered") return assert.fail(result.kind);
    assert.equal(result.text, "dxfalse");
    assert.deepEqual(result.used.map(formatDependency), ["consul@dc2:/app/name", "consul@dc.2-x:/app/name", "etcd@dc3:/app/none", "consul@dc2:/app/..."]);
  });

  test("parameters of Consul Enterprise are refused, as those of services are", async () => {
    const { message, hint = "" } = await failure('{{key "app/name?ns=shop"}}', { data: DATA });
    assert.equal(message, 'kv.get: parameters behind a question mark, as in "app/name?ns=shop", are not read');
    assert.match(hint, /Consul Enterprise/);
  });
});
