import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type HclBlock, HclFault, type HclValue, parseHcl } from "../../src/cli/consul-template/hcl.ts";

describe("HCL as consul-template's configurations have it", () => {
  for (const [text, wanted] of Object.entries({
    'a = "x"\nb = 12 c = true': { a: "x", b: 12, c: true },
    "# one\n// two\n/* three\n */ a = 1 # four": { a: 1 },
    'consul { address = "h:1"\n ssl { enabled = true } }': { consul: { address: "h:1", ssl: { enabled: true } } },
    'wait = { min = "1s", max = "2s" }': { wait: { min: "1s", max: "2s" } },
    'template "named" { source = "a" }': { template: { named: { source: "a" } } },
    'command = ["a", "b c",]\nnone = []': { command: ["a", "b c"], none: [] },
    "perms = 0600\nport = 0x10\nf = -1.5": { perms: 384, port: 16, f: -1.5 },
    'a = "q\\"\\n\\\\\\u00e9"': { a: 'q"\n\\é' },
    "a = <<EOH\n  x = {{ y }}\n\nEOH\nb = 1": { a: "  x = {{ y }}\n\n", b: 1 },
    "a = <<-EOH\n    x\n      y\n    EOH\n": { a: "x\n  y\n" },
    '"a" = "b"': { a: "b" },
    "": {},
  })) {
    test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(plain(parseHcl(text)), wanted));
  }

  test("blocks of the same name are all there, each with its line", () => {
    assert.deepEqual(parseHcl("template {}\n\ntemplate {}").entries.map(({ name, line }) => [name, line]), [["template", 1], ["template", 3]]);
  });

  for (const [text, line, message] of [
    ["a = \n", 2, /a value is missing/],
    ["a = x", 1, /"x" is no value/],
    ["ok = 1\na {", 2, /"}" is missing/],
    ["}", 1, /closes nothing/],
    ['a = "x\n"', 1, /not closed/],
    ["a = [1", 1, /"]" is missing/],
    ["a = <<EOH\nx", 1, /a line with "EOH" alone/],
    ["a\nb = 1", 1, /is missing behind "a"/],
    ['a = "\\q"', 1, /stands for nothing/],
    ["a {".repeat(60), 1, /nested too deeply/],
  ] as const) {
    test(`refuses ${JSON.stringify(text.slice(0, 20))} in line ${line}`, () => {
      assert.throws(() => parseHcl(text), (fault) => fault instanceof HclFault && fault.line === line && message.test(fault.message));
    });
  }
});

function plain(value: HclValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" ? Object.fromEntries((value as HclBlock).entries.map((entry) => [entry.name, plain(entry.value)])) : value;
}
