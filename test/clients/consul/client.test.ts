import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ConsulAnswer } from "../../../src/clients/consul/answer.ts";
import { ConsulClient } from "../../../src/clients/consul/client.ts";
import { toTarget } from "../../../src/clients/consul/target.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { holds, holdsBack, type OddAnswer, oddConsul, says } from "../../support/odd-consul.ts";
import { tcpProxy } from "../../support/tcp-proxy.ts";

const QUERY = { what: '"/db"', path: "/kv/db", parameters: { recurse: "true" } };

describe("ConsulClient", () => {
  test("ask() answers with the index and the data", async () => {
    await using server = await oddConsul(holds(12, { "db/host": "one" }));
    const { index, data } = await ask(server.url);
    assert.equal(index, 12);
    assert.equal((data as unknown[]).length, 1);
    assert.deepEqual(server.asked, ["/v1/kv/db?recurse=true"]);
  });

  test("hold() blocks at an index for the wait that was set", async () => {
    await using server = await oddConsul(holds(12, {}));
    using client = open(server.url);
    await client.hold(QUERY, 11, { token: undefined, signal: AbortSignal.timeout(5_000) });
    assert.deepEqual(server.asked, ["/v1/kv/db?recurse=true&index=11&wait=1000ms"]);
  });

  test("ask() takes 404 with an index for nothing there", async () => {
    await using server = await oddConsul(says(404, "", { "x-consul-index": "3" }));
    assert.deepEqual(await ask(server.url), { index: 3, data: undefined });
  });

  const refused: readonly (readonly [string, OddAnswer, string, RegExp])[] = [
    ["an answer without an index", says(200, "[]"), "BACKEND_REFUSED", /: the answer has no X-Consul-Index$/],
    ["404 without an index", says(404, "<html>not here</html>"), "BACKEND_REFUSED", /: the answer has no X-Consul-Index$/],
    ["an answer that is not JSON", says(200, "<html>Log in</html>", { "x-consul-index": "3" }), "BACKEND_REFUSED", /: the answer is not JSON$/],
    ["a redirection", says(301, "", { location: "/login" }), "BACKEND_REFUSED", /: it answered with status 301$/],
    ["500", says(500, "rpc error: No cluster leader"), "BACKEND_REFUSED", /: it answered with status 500: rpc error: No cluster leader$/],
    ["a page with 502", says(502, "<html>Bad gateway</html>"), "BACKEND_REFUSED", /: it answered with status 502$/],
    ["429", says(429, "Your IP is issuing too many concurrent connections"), "BACKEND_REFUSED", /: it was asked too often, and says: Your IP/],
    ["403", says(403, "Permission denied"), "BACKEND_DENIED", /: Permission denied$/],
    ["a body that is cut off at its length", cutOff({ "content-length": "1000" }), "BACKEND_UNREACHABLE", /: the (answer was cut off|connection was cut)$/],
    ["a body that is cut off between chunks", cutOff({}), "BACKEND_UNREACHABLE", /: the (answer was cut off|connection was cut)$/],
    ["a connection that is closed instead", (request) => void request.socket.destroy(), "BACKEND_UNREACHABLE", /: the connection was cut$/],
  ];
  for (const [name, answer, code, message] of refused) {
    test(`ask() fails on ${name}`, async () => {
      await using server = await oddConsul(answer);
      await assert.rejects(ask(server.url), (error: Error & { code: string }) => {
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(`Cannot read "/db" from Consul at ${server.url}: `));
        return error.code === code;
      });
    });
  }

  test("ask() leaves Consul alone for as long as Retry-After says", async () => {
    await using server = await oddConsul(says(429, "", { "retry-after": "1" }), holds(3, {}));
    using client = open(server.url);
    const options = { token: undefined, signal: AbortSignal.timeout(5_000) };
    await assert.rejects(client.ask(QUERY, options), { code: "BACKEND_REFUSED" });
    const started = performance.now();
    assert.equal((await client.ask(QUERY, options)).index, 3);
    assert.ok(performance.now() - started > 900);
  });

  test("hold() is given up at once when its signal aborts", async () => {
    await using server = await oddConsul(holdsBack);
    using client = open(server.url);
    const stop = new AbortController();
    const asked = client.hold(QUERY, 5, { token: undefined, signal: stop.signal });
    const started = performance.now();
    stop.abort(new Error("enough"));
    await assert.rejects(asked, { message: "enough" });
    assert.ok(performance.now() - started < 100);
  });

  test("hold() fails when an agent holds an answer for longer than its wait and some", async () => {
    await using server = await oddConsul(holdsBack);
    // A clock whose deadlines are over in a hundredth of the time.
    using client = open(server.url, { ...systemClock, after: (ms, callback) => systemClock.after(ms / 100, callback) });
    await assert.rejects(client.hold(QUERY, 5, { token: undefined, signal: AbortSignal.timeout(5_000) }), { code: "BACKEND_UNREACHABLE", message: /no whole answer within 6\.0625 s$/ });
  });

  test("ask() takes a new connection when the one that it kept was closed", async () => {
    await using server = await oddConsul(holds(3, {}));
    await using proxy = await tcpProxy(Number(new URL(server.url).port));
    using client = open(`http://127.0.0.1:${proxy.port}`);
    const options = { token: undefined, signal: AbortSignal.timeout(5_000) };
    await client.ask(QUERY, options);
    proxy.cut();
    assert.equal((await client.ask(QUERY, options)).index, 3);
    assert.equal(proxy.accepted, 2);
  });

  test("ask() goes below the path of the address", async () => {
    await using server = await oddConsul(holds(3, {}));
    await ask(`${server.url}/consul/`);
    assert.deepEqual(server.asked, ["/consul/v1/kv/db?recurse=true"]);
  });
});

describe("toTarget()", () => {
  for (const address of ["127.0.0.1:8500", "ftp://host", "unix://", "http://user:secret@host:8500", ""]) {
    test(`refuses "${address}" and does not repeat it`, () => {
      assert.throws(() => toTarget(address, {}), (error: Error & { code: string }) => error.code === "CONFIG_INVALID" && !error.message.includes("secret"));
    });
  }

  test("reads addresses with the usual ports, of IPv6 and of unix sockets", () => {
    assert.deepEqual(toTarget("http://consul", {}).at, { host: "consul", port: 80, pathname: "" });
    assert.deepEqual(toTarget("https://[::1]", {}).at, { host: "::1", port: 443, pathname: "" });
    assert.deepEqual(toTarget("unix:///run/consul.sock", {}).at, { socketPath: "/run/consul.sock", pathname: "" });
  });
});

function cutOff(headers: Record<string, string>): OddAnswer {
  return (request, response) => {
    response.writeHead(200, { "x-consul-index": "3", ...headers });
    response.write('[{"Key":"db/ho', () => request.socket.destroy());
  };
}

function open(url: string, clock = systemClock): ConsulClient & Disposable {
  const client = new ConsulClient({ target: toTarget(url, {}), datacenter: undefined, waitMs: 1_000, clock });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

async function ask(url: string): Promise<ConsulAnswer> {
  using client = open(url);
  return await client.ask(QUERY, { token: undefined, signal: AbortSignal.timeout(5_000) });
}
