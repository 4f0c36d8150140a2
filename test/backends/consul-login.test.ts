import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { type LoginProxy, startLoginProxy } from "../support/login-proxy.ts";
import { tempDir } from "../support/temp.ts";
import { watching } from "../support/watching.ts";

describe("consul behind a proxy with basic authentication", () => {
  const login = { username: "reader", password: "p@ss%word" };
  let [consul, proxy]: [Consul | undefined, LoginProxy | undefined] = [undefined, undefined];
  let url = "";
  before(async () => {
    consul = await startConsul();
    proxy = await startLoginProxy(consul.url, login);
    url = proxy.url;
  });
  after(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await consul?.[Symbol.asyncDispose]();
  });

  test("keys are written, read and followed with the login", async () => {
    await using backend = await openConsul(url, login);
    await using writer = await backend.writer?.();
    await writer?.put(toKey("/app/key"), "1");
    const { entries, position } = await backend.read([toKey("/app")], { signal: AbortSignal.timeout(5_000) });
    assert.deepEqual(entries.map(({ key, value }) => `${key}=${value}`), ["/app/key=1"]);
    const watch = watching(backend, ["/app"], position);
    await writer?.put(toKey("/app/other"), "2");
    await eventually(() => assert.match(JSON.stringify(watch.batches), /\/app\/other/));
    await watch.stop();
  });

  test("the password may stand in a file, with a line's end", async () => {
    await using directory = await tempDir();
    const passwordFile = await directory.write("password", `${login.password}\n`);
    await using backend = await openConsul(url, { username: "reader", passwordFile });
    await backend.read([toKey("/app")], { signal: AbortSignal.timeout(5_000) });
  });

  test("without a login, or with a wrong one, it is denied and says what to set", async () => {
    for (const wrong of [{}, { ...login, password: "canary-password" }]) {
      await using backend = await openConsul(url, wrong);
      await assert.rejects(backend.read([toKey("/app")], { signal: AbortSignal.timeout(5_000) }), (error: Error & { code: string; hint: string }) => {
        assert.equal(error.code, "BACKEND_DENIED");
        assert.match(error.hint, /"username" and "password_file"/);
        assert.doesNotMatch(error.message + error.hint, /canary/);
        return true;
      });
    }
  });
});
