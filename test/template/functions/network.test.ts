import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "../support.ts";

const WEB = [
  { id: "web-1", name: "web", address: "10.0.0.1", port: 80, tags: ["v1"], status: "passing" },
  { id: "web-2", name: "web", address: "10.0.0.2", port: 81, tags: ["v2", "edge"], status: "passing" },
  { id: "web-3", name: "web", address: "10.0.0.3", port: 82, tags: ["v2"], status: "critical" },
];
const data = {
  "consul:service:web": JSON.stringify(WEB),
  "consul:services:": JSON.stringify([{ name: "db", tags: [] }, { name: "web", tags: ["v1", "v2"] }]),
  "dns:ip:db.local": '["10.0.0.1","::1"]',
  "dns:ipv4:db.local": '["10.0.0.1"]',
  "dns:ipv6:db.local": '["::1"]',
  "dns:srv:_ldap._tcp.local": '[{"target":"a.local","port":389,"priority":1,"weight":2}]',
};

describe("service and services", () => {
  const ports = (call: string) => `{% for i in ${call} %}{{ i.address }}:{{ i.port }} {% endfor %}`;

  test("service gives the passing instances", async () => {
    assert.equal(await rendered(ports('service("web")'), { data }), "10.0.0.1:80 10.0.0.2:81 ");
  });

  test("service takes a tag and passing, as named arguments or in an object", async () => {
    assert.equal(await rendered(ports('service("web", tag="v2")'), { data }), "10.0.0.2:81 ");
    assert.equal(await rendered(ports('service("web", { tag: "v2", passing: false })'), { data }), "10.0.0.2:81 10.0.0.3:82 ");
    assert.equal(await rendered('{{ service("web", passing=false) | length }}', { data }), "3");
  });

  test("service gives nothing for one that is not registered", async () => {
    assert.equal(await rendered('{{ service("nope") | length }}', { data }), "0");
  });

  test("dots are no name of a service: Consul would take them for a path", async () => {
    for (const name of [".", ".."]) await assert.rejects(rendered(`{{ service("${name}") }}`), { code: "TEMPLATE_FAILED", message: `Cannot render "main.njk": service(): "${name}" is no name of a service` });
  });

  test("service refuses an option that it does not know", async () => {
    assert.match((await failure('{{ service("web", tga="v2") }}', { data })).message, /service\(\): there is no option "tga"/);
    assert.match((await failure('{{ service("web", "v2") }}', { data })).message, /its options are named, not "v2"/);
  });

  test("from can be the catalog too, so that a variable chooses", async () => {
    assert.equal(await rendered(ports('service("web", from="consul")'), { data }), "10.0.0.1:80 10.0.0.2:81 ");
    assert.equal(await rendered('{{ services(from="consul") | length }}', { data }), "2");
  });

  test("services gives all with their tags", async () => {
    assert.equal(await rendered("{% for s in services() %}{{ s.name }}[{{ s.tags }}] {% endfor %}", { data }), "db[] web[v1,v2] ");
  });
});

describe("hostPort", () => {
  test("puts an IPv6 address in brackets", async () => {
    assert.equal(await rendered('{{ hostPort({ address: "10.0.0.1", port: 80 }) }} {{ hostPort({ address: "2001:db8::1", port: 65535 }) }}'), "10.0.0.1:80 [2001:db8::1]:65535");
  });

  test("is empty for what no server can be reached at", async () => {
    const odd = [["web.local", 80], ["10.0.0.1;", 80], ["fe80::1%eth0", 80], ["10.0.0.1", 0], ["10.0.0.1", 65_536], ["10.0.0.1", 1.5], ["10.0.0.1", "80"]];
    for (const [address, port] of odd) assert.equal(await rendered(`{{ hostPort(${JSON.stringify({ address, port })}) }}`), "");
  });
});

describe("lookups", () => {
  test("lookupIP, lookupIPV4 and lookupIPV6 give addresses", async () => {
    assert.equal(await rendered('{{ lookupIP("db.local") }} {{ lookupIPV4("db.local") }} {{ lookupIPV6("db.local") }}', { data }), "10.0.0.1,::1 10.0.0.1 ::1");
  });

  test("lookupSRV gives records", async () => {
    assert.equal(await rendered('{% for r in lookupSRV("ldap", "tcp", "local") %}{{ r.target }}:{{ r.port }}{% endfor %}', { data }), "a.local:389");
  });

  test("what does not resolve gives nothing", async () => {
    assert.equal(await rendered('{{ lookupIP("nope") | length }}{{ lookupSRV("a", "b", "c") | length }}', { data }), "00");
  });

  test("an answer that is not a list is an error", async () => {
    assert.match((await failure('{{ lookupIP("x") }}', { data: { "dns:ip:x": "{}" } })).message, /the backend answered an object/);
  });
});
