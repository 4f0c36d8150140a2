import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ask } from "../support/status.ts";
import { LOOPBACK, served } from "./support.ts";

const readToken = async () => "right-token";
const BEARER = { authorization: "Bearer right-token" };
const BASIC = { authorization: `Basic ${Buffer.from("anybody:right-token").toString("base64")}` };

describe("who is answered", () => {
  test("On loopback everybody who asks for this machine", async (t) => {
    const { port } = await served(t, { at: LOOPBACK });
    for (const host of ["localhost", `localhost:${port}`, `127.0.0.1:${port}`, "[::1]:80", "10.0.0.5"]) {
      assert.equal((await ask(port, "/live", { headers: { host } })).status, 200, host);
    }
  });

  test("Nobody who came here by a name of his own, as a page does whose name was made to resolve to 127.0.0.1", async (t) => {
    const { port } = await served(t, { at: LOOPBACK });
    for (const host of ["evil.example", `evil.example:${port}`, "localhost.evil.example", "127.0.0.1.evil.example"]) {
      const { status, body } = await ask(port, "/status", { headers: { host } });
      assert.equal(status, 421, host);
      assert.doesNotMatch(body, /version/);
    }
  });

  test("At a socket whoever can open it, but for pages that come through a forwarded port by a name of their own", async (t) => {
    const { path } = await served(t);
    for (const host of ["localhost", "127.0.0.1:9110", "remora", "[::1]:9110"]) assert.equal((await ask(path, "/status", { headers: { host } })).status, 200, host);
    for (const host of ["evil.example", "evil.example:9110"]) {
      assert.equal((await ask(path, "/status", { headers: { host } })).status, 421, host);
      assert.equal((await ask(path, "/reload", { method: "POST", headers: { host, origin: `http://${host}` } })).status, 421, host);
    }
  });

  test("With a token, those alone who have it, as a bearer or as the password that a browser asks for", async (t) => {
    const { port } = await served(t, { at: LOOPBACK, readToken });
    for (const headers of [BEARER, BASIC, { ...BEARER, host: "remora.example" }]) assert.equal((await ask(port, "/status", { headers })).status, 200);
    const wrong = ["Bearer wrong", "Bearer right-toke", "Bearer right-tokenn", "Bearer", "right-token", `Basic ${Buffer.from("right-token").toString("base64")}`, "Basic !!!", "Digest right-token"];
    for (const authorization of wrong) {
      const { status, headers, body } = await ask(port, "/status", { headers: { authorization } });
      assert.equal(status, 401, authorization);
      assert.match(String(headers["www-authenticate"]), /^Basic realm=/);
      assert.doesNotMatch(body, /right-token|version/);
    }
    assert.equal((await ask(port, "/live")).status, 401, "nothing is told without it");
  });

  test("A token that was replaced counts from the next request on, and one that is away lets nobody in", async (t) => {
    let token: string | undefined = "first";
    const { port } = await served(t, {
      at: LOOPBACK,
      readToken: async () => {
        if (token === undefined) throw new Error("there is no such file");
        return token;
      },
    });
    const status = async (given: string) => (await ask(port, "/live", { headers: { authorization: `Bearer ${given}` } })).status;
    assert.equal(await status("first"), 200);
    token = "second";
    assert.deepEqual([await status("first"), await status("second")], [401, 200]);
    token = undefined;
    assert.equal(await status("second"), 503);
    token = "";
    assert.equal(await status(""), 401);
  });
});

describe("POST /reload", () => {
  const post = (place: string | number, headers: Readonly<Record<string, string>>) => ask(place, "/reload", { method: "POST", headers }).then(({ status }) => status);

  test("Is done for programs, and for pages of the same origin", async (t) => {
    const { port, reloads } = await served(t, { at: LOOPBACK });
    const host = `127.0.0.1:${port}`;
    assert.equal(await post(port, { host }), 202);
    assert.equal(await post(port, { host, origin: `http://${host}` }), 202);
    assert.equal(await post(port, { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }), 202);
    assert.equal(reloads(), 3);
  });

  test("Is not done for the pages of others, whatever a browser knows of the token", async (t) => {
    const open = await served(t, { at: LOOPBACK });
    const guarded = await served(t, { at: LOOPBACK, readToken });
    const socket = await served(t);
    for (const headers of [{ origin: "http://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site", origin: "http://localhost" }]) {
      assert.equal(await post(open.port, headers), 403);
      assert.equal(await post(guarded.port, { ...BASIC, ...headers }), 403);
      assert.equal(await post(socket.path, headers), 403);
    }
    assert.equal(await post(guarded.port, { ...BEARER, origin: "http://evil.example" }), 202, "a bearer token is sent by those alone who have it");
    assert.deepEqual([open.reloads(), guarded.reloads(), socket.reloads()], [0, 1, 0]);
  });

  test("Is refused by GET, and what is not there is a list of what is", async (t) => {
    const { path, reloads } = await served(t);
    const { status, headers } = await ask(path, "/reload");
    assert.deepEqual([status, headers["allow"], reloads()], [405, "POST", 0]);
    const missing = await ask(path, "/nothing");
    assert.equal(missing.status, 404);
    assert.match(missing.body, /GET \/ready:/);
  });

  test("Says why it cannot be", async (t) => {
    const { path } = await served(t, { reload: () => "It cannot" });
    assert.deepEqual(await ask(path, "/reload", { method: "POST" }).then(({ status, body }) => [status, body]), [409, "It cannot\n"]);
  });
});

test("Every answer says that it is not to be kept, guessed at or framed", async (t) => {
  const { path } = await served(t);
  for (const asked of ["/live", "/ready", "/status", "/metrics", "/nothing"]) {
    const { headers } = await ask(path, asked);
    assert.equal(headers["cache-control"], "no-store", asked);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(String(headers["content-security-policy"]), /default-src 'none'; frame-ancestors 'none'/);
  }
});
