import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HOSTILE, renderServices, renderTemplate } from "./rendering.ts";

describe("templates/logstash-forwarder", () => {
  test("the server and the certificate's place are in the keys that the forwarder expects", () => {
    const configuration = parse({ "/logstash/host": "10.0.0.7", "/logstash/port": "5043" });

    assert.deepEqual(configuration.network, { servers: ["10.0.0.7:5043"], "ssl ca": "/etc/logstash-forwarder/logstash.crt", timeout: 15 });
  });

  test("each instance of Logstash is a server, from a registrar's keys as from Consul's catalog", () => {
    const instances = [{ id: "a", address: "log.local", port: 10101 }, { id: "b", address: "2001:db8::1", port: 10101 }, { id: "c", address: "10.0.0.9", port: 10101 }, { id: "d", address: "10.0.0.9", port: 10101 }];
    const text = renderServices("logstash-forwarder/logstash-forwarder.json.njk", { logstash: instances });

    assert.deepEqual((JSON.parse(text) as { network: { servers: unknown } }).network.servers, ["[2001:db8::1]:10101", "10.0.0.9:10101"]);
  });

  test("without a key for files the system's logs are shipped", () => {
    const configuration = parse({ "/logstash/host": "10.0.0.7" });

    assert.deepEqual(configuration.files, [{ paths: ["/var/log/*.log"], fields: { type: "syslog" } }]);
  });

  test("each key for files is a path with its type", () => {
    const configuration = parse({ "/logstash/host": "10.0.0.7", "/logstash-forwarder/files/app": "/srv/app/*.log", "/logstash-forwarder/files/nginx": "/var/log/nginx/*.log" });

    assert.deepEqual(configuration.files, [
      { paths: ["/srv/app/*.log"], fields: { type: "app" } },
      { paths: ["/var/log/nginx/*.log"], fields: { type: "nginx" } },
    ]);
  });

  test("hostile values stay values", () => {
    for (const value of HOSTILE) {
      const configuration = parse({ "/logstash/host": value, "/logstash-forwarder/files/x": value, "/logstash-forwarder/files/y": "/srv/y" });

      assert.deepEqual(configuration.network.servers, [`${value}:10101`]);
      assert.deepEqual(configuration.files.map(({ paths }) => paths), [[value], ["/srv/y"]]);
    }
  });

  test("a dollar sign is not written as one, because the forwarder would expand it", () => {
    const text = renderTemplate("logstash-forwarder/logstash-forwarder.json.njk", { "/logstash/host": "$HOME ${PATH}" });

    assert.doesNotMatch(text, /\$/);
  });

  test("the certificate ends with one line end", () => {
    const text = renderTemplate("logstash-forwarder/logstash.crt.njk", { "/logstash/ssl_certificate": "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n\n" });

    assert.equal(text, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
  });

  test("a missing address of Logstash is named", () => {
    assert.throws(() => parse({}), { code: "TEMPLATE_MISSING_KEY", message: /\/logstash\/host/ });
  });
});

interface Forwarder {
  readonly network: { readonly servers: readonly string[] };
  readonly files: readonly { readonly paths: readonly string[] }[];
}

function parse(keys: Readonly<Record<string, string>>): Forwarder {
  return JSON.parse(renderTemplate("logstash-forwarder/logstash-forwarder.json.njk", keys));
}
