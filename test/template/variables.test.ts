import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AppError } from "../../src/core/error.ts";
import { type Key, ROOT } from "../../src/core/key.ts";
import type { Rendering } from "../../src/core/template.ts";
import { type NamedVariable, render, variablesTemplate } from "../../src/template/index.ts";
import { closed, type Data, lookupOf } from "./support.ts";

interface Made {
  readonly prefixes?: readonly string[];
  readonly named?: readonly NamedVariable[];
  readonly prefix?: Key;
}

function rendering(data: Data, { prefixes = ["/app/env"], named = [], prefix = ROOT }: Made = {}): Rendering {
  return render(variablesTemplate({ prefixes, named }), { lookup: lookupOf(data), opener: closed, prefix, defaultBackend: "etcd", env: {}, now: () => new Date(0) });
}

function variables(data: Data, made?: Made): unknown {
  const result = rendering(data, made);
  if (result.kind === "failed") throw result.error;
  return result.kind === "rendered" ? JSON.parse(result.text) : result;
}

function refusal(data: Data, made?: Made): AppError {
  const result = rendering(data, made);
  assert.ok(result.kind === "failed", JSON.stringify(result));
  return result.error;
}

const key = (name: string, of: string): NamedVariable => ({ kind: "key", name, key: of });

describe("The environment of the app", () => {
  test("is made of the keys below a prefix: db/host is DB_HOST", () => {
    const data = { "/app/env": "no name", "/app/env/db/host": "10.0.0.1", "/app/env/log-level": "info", "/app/env/größe": "1", "/app/envy": "other" };
    assert.deepEqual(variables(data), { DB_HOST: "10.0.0.1", LOG_LEVEL: "info", GR__E: "1" });
  });

  test("takes a later prefix before an earlier one, and a variable that is named before both", () => {
    const data = { "/shared/a": "1", "/shared/b": "1", "/shared/c": "1", "/app/b": "2", "/app/c": "2", "consul:/x": "3" };
    assert.deepEqual(variables(data, { prefixes: ["/shared", "/app"], named: [key("C", "consul:/x")] }), { A: "1", B: "2", C: "3" });
  });

  test("reads below the prefix of the program, and a whole backend", () => {
    assert.deepEqual(variables({ "/production/app/a": "1" }, { prefixes: ["/app"], prefix: "/production" as Key }), { A: "1" });
    assert.deepEqual(variables({ "consul:/a/b": "1" }, { prefixes: ["consul:/"] }), { A_B: "1" });
  });

  test("keeps a value as it is: empty, with line breaks, with quotes", () => {
    assert.deepEqual(variables({ "/app/env/a": "", "/app/env/b": "x\n'\"$ é\n" }), { A: "", B: "x\n'\"$ é\n" });
  });

  test("waits for a key that a variable is named for", () => {
    const result = rendering({}, { named: [key("DB_HOST", "/db/host")] });
    assert.ok(result.kind === "failed");
    assert.deepEqual([result.error.code, result.missing.map((one) => one.key)], ["TEMPLATE_MISSING_KEY", ["/db/host"]]);
    assert.equal(result.error.message, 'Cannot make the environment of the app: key "/db/host" of DB_HOST does not exist');
  });

  const REFUSED: readonly (readonly [what: string, data: Data, said: string])[] = [
    ["two keys of one name", { "/app/env/db/host": "a", "/app/env/db_host": "b" }, '"/app/env/db/host" and "/app/env/db_host" are both DB_HOST'],
    ["a NUL, and does not show the value", { "/app/env/a": "secret\0x" }, 'the value of A, "/app/env/a", holds a NUL, at which a variable would end'],
    ["bytes that are no text", { "/app/env/a": Uint8Array.of(255) }, 'the value of A, "/app/env/a", is not UTF-8 text'],
    ["a name that begins with a digit", { "/app/env/9lives": "x" }, '"/app/env/9lives" would be 9LIVES, and no name begins with a digit'],
    ["a value that the kernel refuses", { "/app/env/a": "x".repeat(131_070) }, 'the value of A, "/app/env/a", is longer than the 128 KiB that a variable can have'],
    ["more than the kernel takes together", Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`/app/env/a${index}`, "x".repeat(120_000)])), "its 9 variables are more than 1 MiB"],
  ];
  for (const [what, data, said] of REFUSED) {
    test(`refuses ${what}`, () => assert.deepEqual([refusal(data).message, refusal(data).code], [`Cannot make the environment of the app: ${said}`, "ENV_INVALID"]));
  }

  test("refuses names that make a loader, a shell or a runtime run other code, unless they are named in the configuration", () => {
    for (const name of ["ld_preload", "LD_LIBRARY_PATH", "path", "ifs", "bash/env", "node-options", "pythonpath", "remora/backend", "BASH_FUNC_ls%%"]) {
      assert.match(refusal({ [`/app/env/${name}`]: "x" }).message, /which decides what programs do$/, name);
    }
    assert.deepEqual(variables({ "/app/env/path": "x" }, { named: [key("PATH", "/app/env/path")] }), { PATH: "x" });
    assert.deepEqual(variables({ "/app/env/env": "a", "/app/env/paths": "b", "/app/env/gold_x": "c" }), { ENV: "a", GOLD_X: "c", PATHS: "b" });
  });

  test("fills what the kernel takes to the last byte", () => {
    assert.equal((variables({ "/app/env/a": "x".repeat(131_069) }) as { A: string }).A.length, 131_069);
  });
});
