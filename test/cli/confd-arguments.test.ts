import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseArguments } from "../../src/cli/confd/arguments.ts";

describe("the command lines of confd", () => {
  test("one dash, two dashes and an equals sign mean the same", () => {
    for (const args of [["-prefix", "/a"], ["--prefix", "/a"], ["-prefix=/a"], ["--prefix=/a"]]) assert.equal(parseArguments(args).given.get("prefix"), "/a");
  });

  test("a backend is a word with flags before and after it, or a flag", () => {
    const fork = parseArguments(["--onetime", "etcd", "-n", "http://a:1", "--node=http://b:2"]);
    assert.deepEqual({ line: fork.line, backend: fork.backend, nodes: fork.given.get("node") }, { line: "fork", backend: "etcd", nodes: ["http://a:1", "http://b:2"] });
    const original = parseArguments(["-backend", "etcd", "-onetime"]);
    assert.deepEqual({ line: original.line, flag: original.given.get("backend"), onetime: original.given.get("onetime") }, { line: "original", flag: "etcd", onetime: true });
  });

  test("a flag that is yes or no may be told so", () => {
    const { given } = parseArguments(["-watch=false", "-onetime=1", "--no-template-cache"]);
    assert.deepEqual([given.get("watch"), given.get("onetime"), given.get("template-cache")], [false, true, false]);
  });

  test("a value may begin with a dash", () => {
    assert.equal(parseArguments(["--password", "-x"]).given.get("password"), "-x");
  });

  const REFUSED: readonly (readonly [readonly string[], string, string])[] = [
    [["-onetme"], 'There is no flag "-onetme"', 'Did you mean "-onetime"?'],
    [["--intervall=3"], 'There is no flag "--intervall"', 'Did you mean "--interval"?'],
    [["--node"], "--node needs a value", "Write --node=NODE"],
    [["-watch", "false"], 'There is no backend "false"', "Known: "],
    [["etdc"], 'There is no backend "etdc"', 'Did you mean "etcd"?'],
    [["etcd", "consul"], 'Cannot read "consul": there is a backend already, "etcd"', "Flags begin"],
    [["etcd", "-backend", "consul"], 'Both "etcd" and -backend consul are given', "Keep one"],
    [["-watch=yes"], '-watch: "yes" is not a boolean', "Write true or false"],
  ];
  for (const [args, message, hint] of REFUSED) {
    test(`"${args.join(" ")}" is refused with what would be right`, () => {
      assert.throws(() => parseArguments(args), (error: Error & { hint?: string; code?: string }) => {
        assert.equal(error.code, "USAGE");
        assert.ok(error.message.startsWith(message), error.message);
        assert.ok((error.hint ?? "").startsWith(hint), error.hint);
        return true;
      });
    });
  }
});
