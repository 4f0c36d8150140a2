import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HOSTILE, renderTemplate } from "./rendering.ts";

describe("templates/logstash", () => {
  test("Elasticsearch is where its keys say", () => {
    const text = render({ "/elasticsearch/host": "10.0.0.8", "/elasticsearch/port": "9201" });

    assert.match(text, /hosts => \["10\.0\.0\.8:9201"\]/);
    assert.match(text, /beats \{\n {4}port => 5044\n/);
  });

  test("a port for logstash-forwarder adds an input with a certificate", () => {
    const text = render({ "/elasticsearch/host": "10.0.0.8", "/logstash/lumberjack_port": "10101", "/logstash/ssl_key_file": "/run/secrets/logstash.key" });

    assert.match(text, /lumberjack \{\n {4}port => 10101\n {4}ssl_certificate => "\/etc\/logstash\/logstash-forwarder\.crt"\n {4}ssl_key => "\/run\/secrets\/logstash\.key"\n/);
  });

  test("hostile values leave the shape of the file alone", () => {
    const shape = shapeOf(render({ "/elasticsearch/host": "10.0.0.8" }));
    for (const value of HOSTILE) {
      const text = render({ "/elasticsearch/host": value, "/elasticsearch/port": value, "/logstash/beats_port": value });

      assert.equal(shapeOf(text), shape, text.slice(0, 1_000));
    }
  });

  test("a missing address of Elasticsearch is named", () => {
    assert.throws(() => render({}), { code: "TEMPLATE_MISSING_KEY", message: /\/elasticsearch\/host/ });
  });
});

function render(keys: Readonly<Record<string, string>>): string {
  return renderTemplate("logstash/logstash.conf.njk", keys);
}

/** The file without the contents of strings and numbers. */
function shapeOf(text: string): string {
  return text.replace(/"[^"\n]*"/g, '""').replace(/=> \d*$/gm, "=> 0");
}
