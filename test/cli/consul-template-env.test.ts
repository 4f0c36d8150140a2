import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { environmentOfApp } from "../../src/cli/consul-template/app-env.ts";
import { patienceOf } from "../../src/cli/consul-template/retry.ts";

describe("the environment of consul-template's app", () => {
  const env = { APP_A: "1", APP_B: "2", PATH: "/bin", SECRET: "x" };
  const none = { pristine: false, custom: [], allowed: [], denied: [] };

  test("is the whole one where nothing is said of it", () => assert.deepEqual(environmentOfApp(env, none), env));

  test("is what is allowed, and not denied", () => {
    assert.deepEqual(environmentOfApp(env, { ...none, allowed: ["APP_*", "PATH"], denied: ["*_B", "["] }), { APP_A: "1", PATH: "/bin" });
    assert.deepEqual(environmentOfApp(env, { ...none, denied: ["SECRET", "APP_?"] }), { PATH: "/bin" });
  });

  test("has what is custom in any case, and with pristine nothing else", () => {
    assert.deepEqual(environmentOfApp(env, { ...none, pristine: true, custom: ["A=b=c", "EMPTY=", "PATH=/app"] }), { A: "b=c", EMPTY: "", PATH: "/app" });
    assert.equal(environmentOfApp(env, { ...none, denied: ["PATH"], custom: ["PATH=/app"] })["PATH"], "/app");
  });
});

describe("how long -once waits for a Consul that does not answer", () => {
  const usual = { enabled: true, attempts: 12, backoff: "250ms", maxBackoff: "1m" };
  for (const [retry, patience] of [
    [usual, "313750ms"],
    [{ ...usual, enabled: false }, "10000ms"],
    [{ ...usual, attempts: 0 }, "8760h"],
    [{ ...usual, attempts: 3, backoff: "1s", maxBackoff: "0" }, "17000ms"],
  ] as const) {
    test(`is ${patience} for ${JSON.stringify(retry)}`, () => assert.equal(patienceOf(retry), patience));
  }
});
