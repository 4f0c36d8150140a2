import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, renderServices, renderTemplate } from "./rendering.ts";

const WHEELS = new URL("../../.cache/wheels/", import.meta.url).pathname;

/** Reads files by Logstash's grammar, as logstash-pipeline-parser has it: of each its sections, or where it is not understood. */
const GRAMMAR = `
import json, sys
from logstash_pipeline_parser import Pipeline
def read(text):
  try:
    return Pipeline(text).remove_type("ssl_certificate").remove_type("ssl_key").parse()
  except Exception as error:
    return str(error)
print(json.dumps([read(text) for text in json.load(open(sys.argv[1]))], default=str))
`;

describe("templates/logstash", () => {
  test("Elasticsearch is where its keys say", () => {
    const text = render({ "/elasticsearch/host": "10.0.0.8", "/elasticsearch/port": "9201" });

    assert.match(text, /hosts => \["10\.0\.0\.8:9201"\]/);
    assert.match(text, /beats \{\n {4}port => 5044\n/);
  });

  test("all instances of Elasticsearch share the events, from a registrar's keys as from Consul's catalog", () => {
    const text = renderServices("logstash/logstash.conf.njk", { elasticsearch: [{ id: "a", address: "es.local", port: 9200 }, { id: "b", address: "2001:db8::1", port: 9200 }, { id: "c", address: "10.0.0.9", port: 9200 }] });

    assert.match(text, /hosts => \["\[2001:db8::1\]:9200", "10\.0\.0\.9:9200"\]/);
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

  test("Logstash's grammar reads what is meant, also beside hostile values, and refuses a wrong file", { skip: !existsSync(WHEELS) }, async () => {
    const keys = { "/elasticsearch/host": "10.0.0.8", "/logstash/lumberjack_port": "10101" };
    const good = render(keys);
    const hostile = HOSTILE.map((value) => render({ ...keys, "/elasticsearch/host": value, "/elasticsearch/port": value, "/logstash/ssl_certificate_file": value, "/logstash/ssl_key_file": value }));

    const [read, ...others] = await byGrammar([good, ...hostile, `${good}evil\n`, good.replace("5044", "")]);

    assert.deepEqual(read, sections("10.0.0.8:9200", "/etc/logstash/logstash-forwarder.crt", "/etc/logstash/logstash-forwarder.key"));
    const refused = others.splice(HOSTILE.length);
    for (const [n, value] of HOSTILE.entries()) {
      const [host, path] = [value.replace(/[^A-Za-z0-9._:[\]-]/g, ""), value.replace(/[^A-Za-z0-9._/@-]/g, "")];
      assert.deepEqual(others[n], sections(`${host}:${value.replace(/[^0-9]/g, "")}`, path, path));
    }
    assert.deepEqual(refused, ["evil", "input"]);
  });

  test("a missing address of Elasticsearch is named", () => {
    assert.throws(() => render({}), { code: "TEMPLATE_MISSING_KEY", message: /\/elasticsearch\/host/ });
  });
});

function render(keys: Readonly<Record<string, string>>): string {
  return renderTemplate("logstash/logstash.conf.njk", keys);
}

function sections(host: string, certificate: string, key: string): unknown {
  return [
    ["input", [["beats", [["port", [5044]]]], ["lumberjack", [["port", [10101]], ["ssl_certificate", [certificate]], ["ssl_key", [key]]]]]],
    ["output", [["elasticsearch", [["hosts", [[host]]], ["index", ["logstash-%{+YYYY.MM.dd}"]]]]]],
  ];
}

async function byGrammar(texts: readonly string[]): Promise<unknown[]> {
  await using directory = await tempDir();
  const PYTHONPATH = readdirSync(WHEELS).map((wheel) => WHEELS + wheel).join(":");
  const { code, stdout, stderr } = await runProgram(["python3", "-c", GRAMMAR, await directory.write("texts.json", JSON.stringify(texts))], { env: { ...process.env, PYTHONPATH } });
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as unknown[]).map((read) => (typeof read === "string" ? /found '(.*)'/.exec(read)?.[1] : read));
}

/** The file without the contents of strings and numbers. */
function shapeOf(text: string): string {
  return text.replace(/"[^"\n]*"/g, '""').replace(/=> \d*$/gm, "=> 0");
}
