import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bothWays } from "./support.ts";

// Expressions of each type within each other, to any depth: what binds to what differs between the languages.

const DATA = { "/a": "x", "/b": "", "/n": "3", "/list/a": "1", "/list/b": "x" };

const { text, flag, number } = fc.letrec<{ text: string; flag: string; number: string; list: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom('"x"', '""', '"a,b"', '(getv "/a")', '(getv "/b")', '(getv "/none" "d")', '"{{\\"}}"'),
    fc.tuple(tie("flag"), tie("text"), tie("text")).map(([test, yes, no]) => `(ternary ${yes} ${no} ${test})`),
    fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(default ${one} ${other})`),
    fc.tuple(tie("text"), tie("number"), tie("flag")).map((args) => `(printf "%s-%d %v" ${args.join(" ")})`),
    fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(${other} | printf "%s%s" ${one})`),
    fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(or ${one} ${other})`),
    fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(and ${one} ${other})`),
    tie("text").map((inner) => `(toUpper ${inner})`),
    tie("text").map((inner) => `(squote ${inner} | base)`),
    tie("list").map((list) => `(join ${list} "+")`),
  ),
  flag: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom("true", "false", '(exists "/a")', '(exists "/none")'),
    fc.tuple(fc.constantFrom("eq", "ne"), tie("text"), tie("text")).map((parts) => `(${parts.join(" ")})`),
    fc.tuple(fc.constantFrom("eq", "lt", "le", "gt", "ge"), tie("number"), tie("number")).map((parts) => `(${parts.join(" ")})`),
    fc.tuple(tie("text"), tie("text"), tie("text")).map((parts) => `(eq ${parts.join(" ")})`),
    fc.tuple(fc.constantFrom("and", "or"), tie("flag"), tie("flag"), tie("flag")).map((parts) => `(${parts.join(" ")})`),
    fc.oneof(tie("flag"), tie("text"), tie("number"), tie("list")).map((inner) => `(not ${inner})`),
    fc.oneof(tie("text"), tie("number"), tie("list")).map((inner) => `(empty ${inner})`),
    fc.tuple(tie("text"), tie("text")).map((parts) => `(contains ${parts.join(" ")})`),
  ),
  number: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom("0", "1", "-7", '(atoi (getv "/n"))'),
    fc.tuple(fc.constantFrom("add", "sub", "mul"), tie("number"), tie("number")).map((parts) => `(${parts.join(" ")})`),
    tie("number").map((inner) => `(mod ${inner} -2 | add 1)`),
    tie("list").map((list) => `(len ${list})`),
  ),
  list: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom('(ls "/list")', '(getvs "/list/*")', '(ls "/none")'),
    tie("text").map((inner) => `(split ${inner} ",")`),
    tie("list").map((list) => `(reverse ${list})`),
  ),
})) as { text: fc.Arbitrary<string>; flag: fc.Arbitrary<string>; number: fc.Arbitrary<string> };

test("expressions within each other give the same, printed, tested and set", async () => {
  const source = fc.oneof(
    fc.oneof(text, flag, number).map((code) => `{{${code}}}`),
    fc.tuple(fc.oneof(flag, text, number), text, fc.oneof(flag, number)).map(([one, two, three]) => `{{if ${one}}}1{{else if ${two}}}2{{else if not ${three}}}3{{else}}4{{end}}`),
    fc.tuple(text, text).map(([one, two]) => `{{$x := ${one}}}{{with ${two}}}{{.}}{{$x}}{{else}}{{$x}}{{end}}`),
    // Conditions of several types, which have no value that could be printed.
    fc.tuple(fc.constantFrom("and", "or"), flag, text, number).map(([word, one, two, three]) => `{{if ${word} ${one} (ls "/list") ${two} ${three}}}1{{else}}2{{end}}`),
  );
  // Many in one template: to compile it takes longest.
  const template = fc.array(source, { minLength: 8, maxLength: 8 }).map((codes) => codes.join("\n"));
  await fc.assert(fc.asyncProperty(template, async (code) => assert.equal(typeof (await bothWays(code, { data: DATA })), "string")), { numRuns: 20, interruptAfterTimeLimit: 10_000 });
});
