import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { HOSTILE, renderServices } from "./rendering.ts";

const TEMPLATE = "environment/environment.njk";
/** No environment can hold a NUL character. */
const VALUES = HOSTILE.filter((value) => !value.includes("\0"));

describe("templates/environment", () => {
  test("without any key it is a file of no variables", async () => {
    assert.deepEqual(await variables(renderServices(TEMPLATE, {})), {});
  });

  test("keys become variables, and services where they are", async () => {
    const text = renderServices(TEMPLATE, { "my-db": [{ id: "a", address: "db.local", port: 1 }, { id: "b", address: "2001:db8::1", port: 3306 }, { id: "c", address: "10.0.0.9", port: 3306 }] }, { "/env/GREETING": 'It\'s "fine"' });

    assert.deepEqual(await variables(text), { GREETING: 'It\'s "fine"', MY_DB_SERVICE_HOST: "2001:db8::1", MY_DB_SERVICE_PORT: "3306" });
  });

  test("a key counts more than a service", async () => {
    const text = renderServices(TEMPLATE, { db: [{ id: "a", address: "10.0.0.9", port: 3306 }] }, { "/env/DB_SERVICE_HOST": "10.0.0.1" });

    assert.equal((await variables(text))["DB_SERVICE_HOST"], "10.0.0.1");
  });

  test("hostile values stay values in a shell", async () => {
    const keys = Object.fromEntries(VALUES.map((value, n) => [`/env/V_${n}`, value]));

    assert.deepEqual(await variables(renderServices(TEMPLATE, {}, keys)), Object.fromEntries(VALUES.map((value, n) => [`V_${n}`, value])));
  });

  test("hostile names and addresses are left out", async () => {
    const names = Object.fromEntries(VALUES.filter((value) => value !== "" && !value.startsWith("x")).map((value) => [`/env/${value}`, "evil"]));
    const evil = VALUES.filter((value) => value !== "10.0.0.9").map((value, n) => ({ id: `${n}`, address: value, port: 80 }));
    const services = Object.fromEntries(VALUES.filter((value) => value !== "").map((value) => [`a ${value}`, [{ id: "a", address: "10.0.0.9", port: 80 }]]));

    assert.deepEqual(await variables(renderServices(TEMPLATE, { ...services, web: evil }, names)), {});
  });
});

/** The variables that a shell has after it read the file, and had not before. */
async function variables(text: string): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await runProgram(["/bin/sh", "-c", `set -a; eval "$(cat)"; exec env -0`], { input: text, env: { PATH: process.env["PATH"] } });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  const pairs = stdout.split("\0").filter((pair) => pair !== "").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  return Object.fromEntries(pairs.filter(([name]) => !["PATH", "PWD", "OLDPWD", "SHLVL", "_"].includes(name)));
}
