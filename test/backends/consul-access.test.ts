import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Backend } from "../../src/core/backend.ts";
import { toKey } from "../../src/core/key.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { tempDir } from "../support/temp.ts";
import { type Authority, makeAuthority } from "../support/tls.ts";

describe("consul with ACL", () => {
  let consul: Consul;
  before(async () => {
    consul = await startConsul({ acl: true });
    await consul.put("/app/key", "1");
    await consul.put("/apple/key", "2");
  });
  after(() => consul?.[Symbol.asyncDispose]());

  test("read() with a token works", async () => {
    await using backend = await openConsul(consul.url, { token: consul.token });
    assert.deepEqual(await read(backend, "/app"), { "/app/key": "1" });
  });

  test("read() with a token for one prefix works there", async () => {
    const token = await consul.makeToken('key_prefix "app/" { policy = "read" }');
    await using backend = await openConsul(consul.url, { token });
    assert.deepEqual(await read(backend, "/app"), { "/app/key": "1" });
  });

  test("read() with a token that Consul does not know is denied", async () => {
    await using backend = await openConsul(consul.url, { token: "11111111-2222-3333-4444-555555555555" });
    await assert.rejects(read(backend, "/app"), (error: Error) => {
      assert.match(error.message, /^Cannot read "\/app" from Consul at .*: ACL not found$/);
      assert.doesNotMatch(error.message, /11111111/);
      return (error as Error & { code: string }).code === "BACKEND_DENIED";
    });
  });

  test("read() uses a token file as it is at that time", async () => {
    await using directory = await tempDir();
    const tokenFile = await directory.write("token", "11111111-2222-3333-4444-555555555555\n");
    await using backend = await openConsul(consul.url, { tokenFile });
    await assert.rejects(read(backend, "/app"), { code: "BACKEND_DENIED" });
    await directory.write("token", `${consul.token}\n`);
    assert.deepEqual(await read(backend, "/app"), { "/app/key": "1" });
  });

  test("read() with a token file that is not there, empty or no token is denied by its name", async () => {
    await using directory = await tempDir();
    for (const [name, content, expected] of [["none", undefined, /none": there is no such file/], ["empty", "\n", /empty": it is empty/], ["two", "a b", /two": it holds more/]] as const) {
      if (content !== undefined) await directory.write(name, content);
      await using backend = await openConsul(consul.url, { tokenFile: directory.join(name) });
      await assert.rejects(read(backend, "/app"), { code: "BACKEND_DENIED", message: expected });
    }
  });

  test("watch() fails when its token is denied", async () => {
    await using backend = await openConsul(consul.url, { token: "11111111-2222-3333-4444-555555555555" });
    const batches = backend.watch([toKey("/app")], { revision: 0 }, AbortSignal.timeout(5_000))[Symbol.asyncIterator]();
    await assert.rejects(Promise.resolve(batches.next()), { code: "BACKEND_DENIED" });
  });

  test("put() without the permission is denied", async () => {
    const token = await consul.makeToken('key_prefix "app/" { policy = "read" }');
    await using backend = await openConsul(consul.url, { token });
    const writer = await backend.writer?.();
    await assert.rejects(async () => writer?.put(toKey("/app/key"), "2"), { code: "BACKEND_DENIED", message: /Cannot write "\/app\/key" to Consul at .*Permission denied/ });
  });
});

describe("consul with TLS", () => {
  let [authority, consul]: [Authority | undefined, Consul | undefined] = [undefined, undefined];
  let certificate: { readonly certFile: string; readonly keyFile: string };
  before(async () => {
    authority = await makeAuthority();
    certificate = await authority.issue("server.dc1.consul", ["DNS:localhost", "IP:127.0.0.1"]);
    consul = await startConsul({ tls: { caFile: authority.caFile, ...certificate } });
    await consul.put("/app/key", "1");
  });
  after(async () => {
    await consul?.[Symbol.asyncDispose]();
    await authority?.[Symbol.asyncDispose]();
  });

  test("read() and put() work with a client certificate, at a name and at an IP address", async () => {
    const { caFile } = authority as Authority;
    for (const address of [url(), url().replace("127.0.0.1", "localhost")]) {
      await using backend = await openConsul(address, { caFile, ...certificate });
      assert.deepEqual(await read(backend, "/app"), { "/app/key": "1" });
      await using writer = await backend.writer?.();
      await writer?.put(toKey("/written"), address);
      assert.deepEqual(await read(backend, "/written"), { "/written": address });
    }
  });

  test("read() without the authority fails and says what to set", async () => {
    await using backend = await openConsul(url(), certificate);
    await assert.rejects(read(backend, "/app"), { code: "BACKEND_UNREACHABLE", hint: /"ca_file"/ });
  });

  test("read() without a client certificate fails and says what to set", async () => {
    await using backend = await openConsul(url(), { caFile: (authority as Authority).caFile });
    await assert.rejects(read(backend, "/app"), { code: "BACKEND_UNREACHABLE", hint: /"cert_file"/ });
  });

  test("read() by http at the https port says how to write the address", async () => {
    await using backend = await openConsul(url().replace("https", "http"));
    await assert.rejects(read(backend, "/app"), { code: "BACKEND_REFUSED", hint: /"https:\/\/"/ });
  });

  test("read() by https at the http port says how to write the address", async () => {
    await using backend = await openConsul((consul as Consul).url.replace("http", "https"));
    await assert.rejects(read(backend, "/app"), { code: "BACKEND_UNREACHABLE", hint: /"http:\/\/"/ });
  });

  test("open() refuses a certificate file that is not there by its name", async () => {
    await assert.rejects(openConsul(url(), { caFile: "/nowhere/ca.pem" }), { code: "CONFIG_INVALID", message: /"\/nowhere\/ca.pem"/ });
  });

  function url(): string {
    return (consul as Consul).httpsUrl;
  }
});

async function read(backend: Backend, prefix: string): Promise<Record<string, unknown>> {
  const { entries } = await backend.read([toKey(prefix)], { signal: AbortSignal.timeout(5_000) });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
