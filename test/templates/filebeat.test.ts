import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { HOSTILE, type Registered, renderServices } from "./rendering.ts";

const LOGSTASH = [{ id: "a", address: "log.local", port: 5044 }, { id: "b", address: "2001:db8::1", port: 5044 }, { id: "c", address: "10.0.0.9", port: 5044 }];

describe("templates/filebeat", () => {
  test("all instances of Logstash share the events", () => {
    assert.deepEqual(read({ logstash: LOGSTASH })["output.logstash"], { hosts: ["[2001:db8::1]:5044", "10.0.0.9:5044"], loadbalance: true });
  });

  test("without a key for files the system's logs are shipped", () => {
    assert.deepEqual(read({ logstash: LOGSTASH })["filebeat.inputs"], [input("syslog", "/var/log/*.log")]);
  });

  test("each key for files is a path with its type", () => {
    const { "filebeat.inputs": inputs } = read({ logstash: LOGSTASH }, { "/filebeat/files/app": "/srv/app/*.log", "/filebeat/files/on": "/srv/with: blank/1.log" });

    assert.deepEqual(inputs, [input("app", "/srv/app/*.log"), input("on", "/srv/with: blank/1.log")]);
  });

  test("while no instance is registered Logstash is a key, with TLS where there is a certificate", () => {
    const found = read({}, { "/filebeat/host": "log.local:5044", "/filebeat/ssl_ca_file": "/etc/ssl/logstash.crt" });

    assert.deepEqual(found["output.logstash"], { hosts: ["log.local:5044"], loadbalance: true, "ssl.certificate_authorities": ["/etc/ssl/logstash.crt"] });
  });

  test("hostile values are left out and stop nobody else", () => {
    const evil = HOSTILE.filter((value) => value !== "10.0.0.9").map((value, n) => ({ id: `${n}`, address: value, port: 5044 }));
    const keys = Object.fromEntries(HOSTILE.flatMap((value, n) => [[`/filebeat/files/v${n}`, value], [`/filebeat/files/a ${value}`, "/evil"], [`/filebeat/files/w${n}`, `/x${value.slice(0, 100)}\${evil}`]]));
    const text = render({ logstash: [...evil, ...LOGSTASH] }, { ...keys, "/filebeat/files/good": "/srv/good" });

    assert.doesNotMatch(text, /evil|\$/);
    assert.deepEqual(parse(text)["filebeat.inputs"], [input("good", "/srv/good")]);
    assert.deepEqual(Object.keys(parse(text)), ["filebeat.inputs", "output.logstash"]);
  });

  test("a missing address of Logstash is named", () => {
    assert.throws(() => render({}), { code: "TEMPLATE_MISSING_KEY", message: /\/filebeat\/host/ });
  });
});

function input(type: string, path: string) {
  return { type: "filestream", id: `remora-${type}`, paths: [path], fields: { type }, fields_under_root: true };
}

type Services = Readonly<Record<string, readonly Registered[]>>;

function read(services: Services, keys: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  return parse(render(services, keys)) as Record<string, unknown>;
}

function render(services: Services, keys: Readonly<Record<string, string>> = {}): string {
  return renderServices("filebeat/filebeat.yml.njk", services, keys);
}
