import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instance } from "../../../src/core/instance.ts";
import { type LayoutOptions, layouts, openLayout } from "../../../src/registrar/layouts/index.ts";
import { instance } from "../../support/instance.ts";

/** What an instance comes to, as key and value. */
function laidOut(options: LayoutOptions, one: Instance): Record<string, string> {
  return Object.fromEntries(openLayout(options)(one).map(({ key, value }) => [key, value]));
}

const web = instance("host1:web:80", { tags: ["b", "a"], attributes: { zone: "eu", domain: "www.example.com" } });
const six = { ...web, address: "fd00::5" };

describe("the layouts", () => {
  test("host is the address at /NAME/host", () => {
    assert.deepEqual(laidOut({ layout: "host" }, instance("e", { name: "elasticsearch" })), { "/elasticsearch/host": "10.0.0.5" });
    assert.deepEqual(laidOut({ layout: "host", prefix: "prod/" }, six), { "/prod/web/host": "fd00::5" });
  });

  test("host has a key for each port where that is wanted", () => {
    assert.deepEqual(laidOut({ layout: "host", severalPorts: true }, instance("s", { name: "sinatra", port: 5000 })), { "/sinatra/5000/host": "10.0.0.5" });
  });

  test("registrator is ip:port at /PREFIX/NAME/ID, IPv6 in brackets", () => {
    assert.deepEqual(laidOut({ layout: "registrator", prefix: "/backends" }, web), { "/backends/web/host1:web:80": "10.0.0.5:80" });
    assert.deepEqual(laidOut({ layout: "registrator", prefix: "" }, six), { "/web/host1:web:80": "[fd00::5]:80" });
  });

  test("json is all of the instance, equal text for equal instances", () => {
    const text = '{"id":"host1:web:80","name":"web","address":"10.0.0.5","port":80,"tags":["b","a"],"attributes":{"domain":"www.example.com","zone":"eu"}}';
    assert.deepEqual(laidOut({ layout: "json" }, web), { "/services/web/host1:web:80": text });
    assert.deepEqual(laidOut({ layout: "json" }, { ...web, attributes: { domain: "www.example.com", zone: "eu" } }), { "/services/web/host1:web:80": text });
  });

  test("json carries health when it is asked to, and then also what is critical or about to stop", () => {
    const [text] = Object.values(laidOut({ layout: "json", health: true }, { ...web, health: "critical", draining: true }));
    assert.match(String(text), /,"health":"critical","draining":true}$/);
  });

  test("skydns2 has the domain's labels in reverse", () => {
    assert.deepEqual(laidOut({ layout: "skydns2", domain: "cluster.local" }, instance("web-1")), { "/skydns/local/cluster/web/web-1": '{"host":"10.0.0.5","port":80}' });
  });

  test("hipache-etcd has a key for each domain", () => {
    assert.deepEqual(laidOut({ layout: "hipache-etcd" }, web), { "/services/www.example.com/10.0.0.5:80": "host1:web:80" });
    const two = { ...six, attributes: { domain: "a.example.com, *.example.com" } };
    assert.deepEqual(Object.keys(laidOut({ layout: "hipache-etcd" }, two)), ["/services/a.example.com/[fd00::5]:80", "/services/*.example.com/[fd00::5]:80"]);
  });

  test("nerve is what Nerve writes; attributes are labels, but for weight and server options", () => {
    assert.deepEqual(laidOut({ layout: "nerve" }, instance("i-1")), { "/nerve/services/web/i-1": '{"host":"10.0.0.5","port":80,"name":"i-1"}' });
    const labelled = instance("i-1", { attributes: { zone: "eu", weight: "3", haproxy_server_options: "backup", az: "1" } });
    assert.deepEqual(Object.values(laidOut({ layout: "nerve" }, labelled)), ['{"host":"10.0.0.5","port":80,"name":"i-1","weight":3,"haproxy_server_options":"backup","labels":{"az":"1","zone":"eu"}}']);
  });

  test("what is critical or about to stop has no keys in any layout", () => {
    for (const { name } of layouts) {
      const layout = openLayout({ layout: name, domain: "local", key: "/x/{{ id }}", value: "{{ host }}" });
      const one = instance("a", { attributes: { domain: "x.org" } });
      assert.equal(layout({ ...one, health: "warning" }).length, 1, name);
      assert.deepEqual([layout({ ...one, health: "critical" }), layout({ ...one, draining: true })], [[], []], name);
    }
  });

  test("a layout that is not known is refused with the nearest one", () => {
    assert.throws(() => openLayout({ layout: "skydns" }), { code: "CONFIG_INVALID", hint: 'Did you mean "skydns2"?' });
  });
});

describe("an instance that a layout has no place for", () => {
  const cases: readonly [LayoutOptions, Partial<Instance>, RegExp][] = [
    [{ layout: "host" }, { name: "a/b" }, /^Cannot register "one" of "a\/b": its name has a slash$/],
    [{ layout: "registrator" }, { id: "" }, /^Cannot register "" of "web": its id is empty$/],
    [{ layout: "json" }, { id: ".." }, /its id is "\.\."$/],
    [{ layout: "registrator" }, { name: "a\nb" }, /its name has a character that cannot be printed$/],
    [{ layout: "skydns2", domain: "local" }, { id: "host1:web:80" }, /its id "host1:web:80" cannot stand in a DNS name$/],
    [{ layout: "skydns2", domain: "local" }, { name: "Web" }, /its name "Web" cannot stand in a DNS name$/],
    [{ layout: "hipache-etcd" }, {}, /it has no domain$/],
    [{ layout: "hipache-etcd" }, { attributes: { domain: "a/b" } }, /its domain has a slash$/],
    [{ layout: "nerve" }, { attributes: { weight: "heavy" } }, /its weight "heavy" is not a whole number$/],
    [{ layout: "own", key: "/a/{{ name }}", value: "" }, { name: "a/b" }, /its name has a slash$/],
    [{ layout: "own", key: "/a/{{ tags }}", value: "" }, {}, /a part of its key "\/a\/" is empty$/],
    [{ layout: "own", key: "/a", value: "{{ attributes.zone }}" }, { attributes: { zones: "eu" } }, /it has no attribute "zone"$/],
    [{ layout: "own", key: "/a", value: "{{ attributes.toString }}" }, {}, /it has no attribute "toString"$/],
  ];
  for (const [options, more, message] of cases) {
    test(`is named with the reason: ${options.layout} ${JSON.stringify(more)}`, () => {
      assert.throws(() => openLayout(options)(instance("one", more)), { code: "REGISTRATION_INVALID", message });
    });
  }
});
