import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkFormat } from "../../src/output/format.ts";
import type { OutputFormat } from "../../src/core/unit.ts";
import { project } from "../support/remora.ts";

const check = (format: OutputFormat, text: string) => checkFormat(format, text, { target: "/etc/app", sensitive: false });

describe("output_format", () => {
  const SOUND: readonly (readonly [OutputFormat, string])[] = [
    ["json", '{"a": [1, null]}\n'],
    ["yaml", "a: 1\n---\nb: [x, y]\n"],
    ["yml", ""],
    ["toml", 'a = 1\n[b]\nc = "d"\n'],
    ["xml", '<?xml version="1.0"?>\n<!DOCTYPE web-app [<!ELEMENT a ANY>]>\n<!-- a > b --><web:app a="1" b=\'>\'><x/>&amp;&#39;<![CDATA[ <b> & ]]></web:app>\n'],
  ];
  for (const [format, text] of SOUND) test(`${JSON.stringify(text)} is ${format}`, () => check(format, text));

  const WRONG: readonly (readonly [OutputFormat, string, RegExp])[] = [
    ["json", '{"a": 1,}', /it would not be JSON: /],
    ["json", "", /it would not be JSON: /],
    ["yaml", 'a: "b\nc: d', /it would not be YAML: /],
    ["toml", "a = \n", /it would not be TOML: /],
    ["xml", "<a><b></a>", /it would not be XML: line 1: <\/a> closes <b>/],
    ["xml", "<a>\n<b>\n", /line 3: <b> is not closed/],
    ["xml", "<a/>\n<b/>", /line 2: <b> stands outside of the root element/],
    ["xml", "<a x=1/>", /line 1: a tag, a comment or an attribute is not complete/],
    ["xml", "<a>x & y</a>", /line 1: "&" has to be written as "&amp;"/],
    ["xml", "text", /there is text outside of the root element/],
    ["xml", "", /there is no element/],
  ];
  for (const [format, text, message] of WRONG) test(`${JSON.stringify(text)} is not ${format}`, () => assert.rejects(check(format, text), { code: "CHECK_FAILED", message }));

  test("a text that holds secrets is not shown", async () => {
    await assert.rejects(checkFormat("json", "hunter2", { target: "/etc/app", sensitive: true }), (error: Error) => !error.message.includes("hunter2"));
  });

  test("a target keeps its content when the new one is in another format", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\noutput_format = "json"\n', "templates/app.njk": '{"name": {{ getv("/name") }}}', "data.yaml": "name: 1\n" });
    assert.equal((await app.remora(["render"])).code, 0);
    await app.write("data.yaml", "name: one\n");
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 5);
    assert.match(stderr, /it would not be JSON/);
    assert.equal(await app.read("out/app.conf"), '{"name": 1}');
  });
});
