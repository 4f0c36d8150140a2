import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Key } from "../../../src/core/key.ts";
import { failure, rendered } from "../support.ts";

const JSON_LAYOUT = {
  "/services/web/web-2": JSON.stringify({ id: "web-2", name: "web", address: "10.0.0.2", port: 81, tags: ["v2"], attributes: { zone: "us" }, health: "passing" }),
  "/services/web/web-1": JSON.stringify({ id: "web-1", name: "web", address: "10.0.0.1", port: 80, tags: ["v1", "blue"], attributes: { zone: "eu", weight: "5" }, health: "passing" }),
  "/services/web/web-3": JSON.stringify({ id: "web-3", name: "web", address: "fd00::3", port: 82, tags: ["v2"], attributes: { zone: "eu" }, health: "critical" }),
  "/services/webmail/m": "10.0.0.9:25",
};
const show = (call: string) => `{% for i in ${call} %}{{ i.id }}={{ i.address }}:{{ i.port }} {% endfor %}`;

describe("service() and services() of what a registrar published", () => {
  test("the json layout gives all of an instance, the passing ones, sorted by id", async () => {
    assert.equal(await rendered(show('service("web", from="/services")'), { data: JSON_LAYOUT }), "web-1=10.0.0.1:80 web-2=10.0.0.2:81 ");
    assert.equal(await rendered('{% for i in service("web", from="/services") %}{{ i.name }} {{ i.tags }} {{ i.meta.zone }} {{ i.status }} {% endfor %}', { data: JSON_LAYOUT }), "web v1,blue eu passing web v2 us passing ");
  });

  test("tag, attributes and passing choose among them, as they do for Consul's catalog", async () => {
    const chosen = (options: string) => rendered(show(`service("web", from="/services", ${options})`), { data: JSON_LAYOUT });
    assert.equal(await chosen('tag="v2"'), "web-2=10.0.0.2:81 ");
    assert.equal(await chosen('attributes={zone: "eu"}'), "web-1=10.0.0.1:80 ");
    assert.equal(await chosen('attributes={zone: "eu"}, passing=false'), "web-1=10.0.0.1:80 web-3=fd00::3:82 ");
    assert.equal(await chosen('attributes={zone: "eu", weight: 5}'), "web-1=10.0.0.1:80 ");
    const catalog = { "consul:service:web": JSON.stringify([{ id: "a", address: "10.1.0.1", port: 1, tags: [], meta: { zone: "eu" }, status: "passing" }, { id: "b", address: "10.1.0.2", port: 1, tags: [], meta: {}, status: "passing" }]) };
    assert.equal(await rendered(show('service("web", attributes={zone: "eu"})'), { data: catalog }), "a=10.1.0.1:1 ");
  });

  test("the registrator layout gives address and port, of IPv6 too", async () => {
    const data = { "/reg/web/host:a:80": "10.0.0.1:8080", "/reg/web/host:b:80": "[fd00::5]:8080", "/reg/web/note": "somebody else's", "/reg/web/deep/er": "10.0.0.9:1" };
    assert.equal(await rendered(show('service("web", from="/reg")'), { data }), "host:a:80=10.0.0.1:8080 host:b:80=fd00::5:8080 ");
  });

  test("the host layout gives the address, with the port where there are several", async () => {
    const data = { "/elasticsearch/host": "10.0.0.1", "/sinatra/5000/host": "10.0.0.2", "/sinatra/5001/host": "10.0.0.3" };
    assert.equal(await rendered(show('service("elasticsearch", from="/")'), { data }), "elasticsearch=10.0.0.1:0 ");
    assert.equal(await rendered(show('service("sinatra", from="/")'), { data }), "sinatra:5000=10.0.0.2:5000 sinatra:5001=10.0.0.3:5001 ");
  });

  test("nerve's and SkyDNS's JSON are understood", async () => {
    const data = { "/nerve/services/web/i-1_0001": '{"host":"10.0.0.1","port":80,"name":"i-1","labels":{"zone":"eu"}}', "/skydns/local/web/a": '{"host":"10.0.0.2","port":81}' };
    assert.equal(await rendered(show('service("web", from="/nerve/services", attributes={zone: "eu"})'), { data }), "i-1_0001=10.0.0.1:80 ");
    assert.equal(await rendered(show('service("web", from="/skydns/local")'), { data }), "a=10.0.0.2:81 ");
  });

  test("services() gives the names with their tags", async () => {
    assert.equal(await rendered('{% for s in services(from="/services") %}{{ s.name }}[{{ s.tags }}] {% endfor %}', { data: JSON_LAYOUT }), "web[blue,v1,v2] webmail[] ");
  });

  test("another backend, a prefix of the unit and slashes too many are understood", async () => {
    const data = { "consul:/services/web/a": "10.0.0.1:80", "/production/services/web/b": "10.0.0.2:80" };
    assert.equal(await rendered(show('service("web", from="consul:/services/")'), { data }), "a=10.0.0.1:80 ");
    assert.equal(await rendered(show('service("web", from="services")'), { data, prefix: "/production" as Key }), "b=10.0.0.2:80 ");
  });

  test("keys of others, damaged JSON and bytes are passed over", async () => {
    const data = { "/s/web/a": "10.0.0.1:80", "/s/web/b": "{damaged", "/s/web/c": '{"port": "x", "address": "1"}', "/s/web/d": Uint8Array.of(255), "/s/web": "marker", "/s/web/e": "[1,2]" };
    assert.equal(await rendered(show('service("web", from="/s")'), { data }), "a=10.0.0.1:80 ");
    assert.equal(await rendered('{{ service("nope", from="/s") | length }}', { data }), "0");
  });

  test("options that are not known, and attributes that are no object, are refused", async () => {
    assert.match((await failure('{{ service("web", form="/s") }}')).message, /there is no option "form"/);
    assert.match((await failure('{{ services(form="/s") }}')).message, /there is no option "form"/);
    assert.match((await failure('{{ service("web", from="/s", attributes="eu") }}')).message, /attributes are an object, not "eu"/);
  });
});
