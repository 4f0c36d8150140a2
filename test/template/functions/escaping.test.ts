import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { failure, rendered } from "../support.ts";
import { quote, samples, texts } from "./quoting.ts";

describe("the filters of the family Escaping", () => {
  test("are used as filters", async () => {
    const data = { "/motto": 'say "cheese"' };
    assert.equal(await rendered('{{ getv("/motto") | quoteShell }} {{ getv("/motto") | quoteHaproxy("log-format") }}', { data }), '"say \\"cheese\\"" "say \\"cheese\\""');
  });

  test("take a number as it prints", async () => {
    assert.equal(await rendered("{{ 80 | quoteYaml }}"), '"80"');
  });

  test("refuse a NUL character where the format cannot hold one", async () => {
    for (const name of ["quoteNginx", "quoteHaproxy", "quoteShell", "quoteMysqlOption"]) {
      assert.match((await failure(`{{ getv("/x") | ${name} }}`, { data: { "/x": "a\0b" } })).message, /NUL character/);
    }
  });

  test("quoteNginx refuses a dollar sign without a variable that holds one", async () => {
    assert.match((await failure('{{ "$host" | quoteNginx }}')).message, /nginx has no escape for a dollar sign/);
    assert.match((await failure('{{ "$host" | quoteNginx("a}b") }}')).message, /letters, digits and _/);
  });

  test("quoteHaproxy refuses a format that it does not know", async () => {
    assert.match((await failure('{{ "x" | quoteHaproxy("regex") }}')).message, /there is one format/);
  });

  test("quoteMysqlOption refuses what MySQL would cut into two lines", async () => {
    assert.match((await failure('{{ "x".repeat(3000) | quoteMysqlOption }}')).message, /longer than the 3000 bytes/);
  });
});

describe("what a filter wrote is read back as it was", () => {
  test("by JSON", () => {
    fc.assert(fc.property(texts, (value) => assert.equal(JSON.parse(quote("toJson", value)), value)));
  });

  test("by YAML 1.1 and 1.2, as a value and as a key, in one line", () => {
    fc.assert(fc.property(texts, (value) => {
      const yaml = quote("quoteYaml", value);
      assert.match(yaml, /^.*$/);
      for (const version of ["1.1", "1.2"] as const) assert.deepEqual(parseYaml(`a: ${yaml} # evil\n? ${yaml}\n: b\nz: [${yaml}, "c"]\n`, { version, uniqueKeys: false }), { a: value, [value]: "b", z: [value, "c"], ...(value === "a" && { a: "b" }) });
    }));
  });

  test("by TOML, in one line", () => {
    fc.assert(fc.property(texts, (value) => assert.deepEqual({ ...parseToml(`a = ${quote("quoteToml", value)} # evil\nb = 1\n`) }, { a: value, b: 1 })));
  });

  test("by the rules of PHP's single quotes", () => {
    fc.assert(fc.property(texts, (value) => {
      const [, content = ""] = /^'((?:[^'\\]|\\[\s\S])*)'$/.exec(quote("quotePhp", value)) ?? assert.fail();
      assert.equal(content.replace(/\\([\\'])/g, "$1"), value);
    }));
  });

  test("by the rules of MySQL's strings", () => {
    const read: Record<string, string> = { "\\0": "\0", "\\n": "\n", "\\r": "\r", "\\Z": "\x1a", "\\\\": "\\", "''": "'" };
    fc.assert(fc.property(texts, (value) => {
      const [, content = ""] = /^'((?:[^'\\]|\\[\s\S]|'')*)'$/.exec(quote("quoteMysql", value)) ?? assert.fail();
      assert.equal(content.replace(/\\[\s\S]|''/g, (found) => read[found] ?? assert.fail(found)), value);
    }));
  });

  test("by MySQL without backslash escapes at least as one string", () => {
    fc.assert(fc.property(texts, (value) => assert.match(quote("quoteMysql", value), /^'(?:[^']|'')*'$/)));
  });

  test("by the rules of MySQL's option files", () => {
    for (const value of samples()) assert.equal(readOption(`${quote("quoteMysqlOption", value)} # evil`), value);
  });
});

/** A value as mysys/my_default.c reads it: the comment ends it, then the quotes go, then the escapes. */
function readOption(line: string): string {
  assert.doesNotMatch(line, /[\n\r]/);
  let [inside, escaped, end] = [false, false, line.length];
  for (const [at, character] of [...line].entries()) {
    if (character === '"' && !escaped) inside = !inside;
    if (!inside && character === "#") end = Math.min(end, [...line].slice(0, at).join("").length);
    escaped = inside && character === "\\" && !escaped;
  }
  const [, content = ""] = /^"([\s\S]*)"$/.exec(line.slice(0, end).trimEnd()) ?? assert.fail(line);
  const read: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", s: " ", '"': '"', "'": "'", "\\": "\\" };
  return content.replace(/\\([\s\S])/g, (found, character: string) => read[character] ?? found);
}
