import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import { type Etcd, openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Authority, makeAuthority } from "../support/tls.ts";
import { readPosition, watching } from "../support/watching.ts";

describe("etcd over TLS with client certificates", () => {
  let authority: Authority;
  let stranger: Authority;
  let byName: Etcd;
  let byAddress: Etcd;
  let client: { certFile: string; keyFile: string };

  before(async () => {
    [authority, stranger] = await Promise.all([makeAuthority(), makeAuthority()]);
    const [name, address] = [await authority.issue("server", ["DNS:localhost"]), await authority.issue("server", ["IP:127.0.0.1"])];
    client = await authority.issue("remora");
    [byName, byAddress] = await Promise.all([
      startEtcd({ tls: { host: "localhost", caFile: authority.caFile, ...name } }),
      startEtcd({ tls: { host: "127.0.0.1", caFile: authority.caFile, ...address } }),
    ]);
  });
  after(async () => {
    for (const resource of [byName, byAddress, authority, stranger]) await resource?.[Symbol.asyncDispose]();
  });

  test("a server with a certificate for its name is read, watched and written", () => readsWatchesAndWrites(byName));
  test("a server with a certificate for its address is read, watched and written", () => readsWatchesAndWrites(byAddress));

  async function readsWatchesAndWrites(etcd: Etcd): Promise<void> {
    await using opened = await openEtcd([etcd.url], { caFile: authority.caFile, ...client });
    const watch = watching(opened.backend, ["/app"], await readPosition(opened.backend, "/app"));
    await using writer = await opened.backend.writer?.();
    await writer?.put(toKey("/app/key"), "1");
    await eventually(() => assert.deepEqual(watch.keys, ["/app/key"]));
    await watch.stop();
  }

  test("a certificate of another authority is refused with a hint", async () => {
    await using opened = await openEtcd([byName.url], { caFile: stranger.caFile, ...client });
    const error = await failureOf(readPosition(opened.backend, "/app"));
    assert.equal(error.code, "BACKEND_UNREACHABLE");
    assert.match(error.message, /unable to verify the first certificate|unable to get local issuer certificate/);
    assert.match(error.hint ?? "", /"ca_file"/);
  });

  test("a certificate for another name is refused, unless that name is expected", async () => {
    const url = byName.url.replace("localhost", "127.0.0.1");
    await using refused = await openEtcd([url], { caFile: authority.caFile, ...client });
    const error = await failureOf(readPosition(refused.backend, "/app"));
    assert.match(error.message, /altnames/);
    assert.match(error.hint ?? "", /"server_name"/);
    await using opened = await openEtcd([url], { caFile: authority.caFile, serverName: "localhost", ...client });
    assert.ok((await readPosition(opened.backend, "/app")).revision > 0);
  });

  test("a client without a certificate is told so", async () => {
    await using opened = await openEtcd([byName.url], { caFile: authority.caFile });
    const error = await failureOf(readPosition(opened.backend, "/app"));
    assert.equal(error.code, "BACKEND_UNREACHABLE");
    assert.match(error.hint ?? "", /"cert_file"/);
  });

  test("a certificate file that does not exist is named", async () => {
    await using opened = await openEtcd([byName.url], { caFile: "/nowhere/ca.pem" });
    const error = await failureOf(readPosition(opened.backend, "/app"));
    assert.equal(error.code, "BACKEND_DENIED");
    assert.match(error.message, /Cannot read "\/nowhere\/ca\.pem"/);
  });

  test("http:// to a port that wants TLS, and the other way round, are explained", async () => {
    await using plain = await openEtcd([byName.url.replace("https:", "http:")]);
    assert.match((await failureOf(readPosition(plain.backend, "/app"))).hint ?? "", /https:/);
    await using etcd = await startEtcd();
    await using secure = await openEtcd([etcd.url.replace("http:", "https:")]);
    assert.match((await failureOf(readPosition(secure.backend, "/app"))).hint ?? "", /http:/);
  });
});

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(() => assert.fail("It did not fail"), (thrown: unknown) => thrown);
  assert.ok(error instanceof AppError);
  return error;
}
