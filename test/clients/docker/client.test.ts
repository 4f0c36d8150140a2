import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { DockerClient } from "../../../src/clients/docker/client.ts";
import { toDockerTarget } from "../../../src/clients/docker/target.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { type OddEngine, oddEngine, type OddEngineOptions } from "../../support/odd-engine.ts";
import { makeAuthority } from "../../support/tls.ts";

const LIMIT = () => AbortSignal.timeout(10_000);

function clientOf(host: string, tls?: Parameters<typeof toDockerTarget>[1]): DockerClient {
  return new DockerClient({ target: toDockerTarget(host, tls), clock: systemClock });
}

async function withEngine<T>(options: OddEngineOptions, act: (client: DockerClient, engine: OddEngine) => Promise<T>): Promise<T> {
  await using engine = await oddEngine(options);
  const client = clientOf(engine.host);
  try {
    return await act(client, engine);
  } finally {
    client.close();
  }
}

describe("DockerClient", () => {
  test("speaks the engine's version of the API where that is older", async () => {
    await withEngine({ headers: { "api-version": "1.41" }, answers: { "/containers/json": () => [] } }, async (client, engine) => {
      await client.list(LIMIT());
      assert.equal(engine.asked[0], "/_ping");
      assert.match(engine.asked[1] ?? "", /^\/v1\.41\/containers\/json/);
    });
  });

  test("speaks the newest that it knows where the engine's is newer", async () => {
    await withEngine({ headers: { "api-version": "1.99" } }, async (client) => assert.equal((await client.greet(LIMIT())).api, "1.52"));
  });

  test("refuses an engine that is too old for it, and says which would do", async () => {
    await withEngine({ headers: { "api-version": "1.9" } }, async (client) => {
      await assert.rejects(client.greet(LIMIT()), { code: "SOURCE_UNREACHABLE", message: /speaks version 1\.9 of the API/, hint: /Docker 1\.13/ });
    });
  });

  test("says that an engine is too new for it", async () => {
    const body = { message: "client version 1.52 is too old. Minimum supported API version is 1.60, please upgrade your client to a newer version" };
    await withEngine({ headers: { "api-version": "1.70" }, answers: { "/containers/json": () => ({ status: 400, body }) } }, async (client) => {
      await assert.rejects(client.list(LIMIT()), { code: "SOURCE_UNREACHABLE", message: /too old/, hint: /update Remora/ });
    });
  });

  test("says that another server is no engine", async () => {
    await withEngine({}, async (client) => void (await assert.rejects(client.greet(LIMIT()), { code: "SOURCE_UNREACHABLE", message: /no Docker engine/ })));
  });

  test("says that there is no such socket", async () => {
    await assert.rejects(clientOf("unix:///nonexistent/docker.sock").greet(LIMIT()), { code: "SOURCE_UNREACHABLE", message: /"unix:\/\/\/nonexistent\/docker\.sock": there is no such socket/, hint: /mounted/ });
  });

  test("answers nothing for a container that is gone", async () => {
    await withEngine({ headers: { "api-version": "1.41" } }, async (client) => assert.equal(await client.inspect("gone", LIMIT()), undefined));
  });

  test("tells of an answer that is broken without quoting it", async () => {
    await withEngine({ headers: { "api-version": "1.41" }, answers: { "/containers/one/json": () => '{"Config":{"Env":["PASSWORD=hunter2"' } }, async (client) => {
      await assert.rejects(client.inspect("one", LIMIT()), (error: Error) => /not JSON/.test(error.message) && !JSON.stringify([error.message, error.stack, error.cause]).includes("hunter2"));
    });
  });

  test("ends the events when the engine does", async () => {
    await withEngine({ headers: { "api-version": "1.41" } }, async (client, engine) => {
      const events = await client.events(LIMIT());
      engine.endEvents();
      await assert.rejects(async () => {
        for await (const event of events) assert.fail(JSON.stringify(event));
      }, { code: "SOURCE_UNREACHABLE", message: /ended them/ });
    });
  });

  test("ends with the signal's reason", async () => {
    await withEngine({ headers: { "api-version": "1.41" } }, async (client, engine) => {
      const stop = new AbortController();
      const events = await client.events(stop.signal);
      engine.tell({ Type: "container", Action: "start", Actor: { ID: "1" } });
      await assert.rejects(async () => {
        for await (const _ of events) stop.abort(new Error("enough"));
      }, { message: "enough" });
    });
  });

  test("speaks TLS with certificates, and believes no engine whose certificate it cannot verify", async () => {
    await using authority = await makeAuthority();
    await using stranger = await makeAuthority();
    const read = async (file: string) => new Uint8Array(await readFile(file));
    const [own, foreign, client] = [await authority.issue("engine", ["DNS:localhost"]), await stranger.issue("engine", ["DNS:localhost"]), await authority.issue("client")];
    const server = async ({ certFile, keyFile }: typeof own) => ({ cert: await readFile(certFile), key: await readFile(keyFile), ca: await readFile(authority.caFile), requestCert: true, rejectUnauthorized: true });
    const tls = { ca: await read(authority.caFile), cert: await read(client.certFile), key: await read(client.keyFile) };
    await using engine = await oddEngine({ headers: { "api-version": "1.41" }, tls: await server(own) });
    await using impostor = await oddEngine({ headers: { "api-version": "1.41" }, tls: await server(foreign) });
    assert.equal((await clientOf(engine.host, tls).greet(LIMIT())).api, "1.41");
    await assert.rejects(clientOf(impostor.host, tls).greet(LIMIT()), { code: "SOURCE_UNREACHABLE", hint: /DOCKER_CERT_PATH/ });
  });
});

describe("toDockerTarget()", () => {
  for (const host of ["", "docker.sock", "/var/run/docker.sock", "unix://", "unix://var/run/docker.sock", "ftp://host", "tcp://user@host:2375", "npipe:////./pipe/docker_engine"]) {
    test(`refuses ${JSON.stringify(host)}`, () => assert.throws(() => toDockerTarget(host, undefined), { code: "CONFIG_INVALID" }));
  }

  test("says what to do about an engine behind SSH", () => assert.throws(() => toDockerTarget("ssh://user@host", undefined), { code: "CONFIG_INVALID", hint: /Forward its socket/ }));

  test("takes the usual port, which TLS has of its own", () => {
    const none = {};
    assert.deepEqual(toDockerTarget("tcp://[fd00::5]", undefined).at, { host: "fd00::5", port: 2375, pathname: "" });
    assert.deepEqual(toDockerTarget("tcp://host", none).at, { host: "host", port: 2376, pathname: "" });
  });
});
