import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertValid, testByNginx } from "./nginx-check.ts";
import { HOSTILE, type Registered, renderServices } from "./rendering.ts";

const TEMPLATE = "hipache/nginx-hipache.conf.njk";

describe("templates/hipache", () => {
  test("without any domain everything is answered 400, as hipache does", async () => {
    const text = renderServices(TEMPLATE, {});

    await assertValid(text);
    assert.match(text, /default_server;\n {8}server_name _;\n {8}return 400/);
  });

  test("each domain has the instances that ask for it, of whatever service", async () => {
    const text = renderServices(TEMPLATE, {
      api: [{ id: "c", address: "10.0.0.7", port: 80, meta: { domain: "elsewhere.example.com", hipache_domain: "www.example.com" } }],
      web: [
        { id: "a", address: "10.0.0.5", port: 8080, meta: { domain: " Www.Example.com, *.example.org,,www.example.com" } },
        { id: "b", address: "2001:db8::1", port: 8080, meta: { domain: "*.example.org" } },
        { id: "d", address: "10.0.0.8", port: 80 },
      ],
    });

    await assertValid(text);
    assert.deepEqual(routes(text), { "*.example.org": ["10.0.0.5:8080", "[2001:db8::1]:8080"], "www.example.com": ["10.0.0.7:80", "10.0.0.5:8080"] });
  });

  test("the domain * takes what nobody else asks for", async () => {
    const text = renderServices(TEMPLATE, { web: [{ id: "a", address: "10.0.0.5", port: 80, meta: { domain: "*,www.example.com" } }] });

    await assertValid(text);
    assert.deepEqual(routes(text), { _: ["10.0.0.5:80"], "www.example.com": ["10.0.0.5:80"] });
    assert.equal(text.match(/default_server/g)?.length, 1);
  });

  test("hostile values are left out and stop nobody else", async () => {
    const good = { id: "good", address: "10.0.0.5", port: 8080, meta: { domain: "good.example.com" } };
    const bad = HOSTILE.filter((value) => value !== "10.0.0.9").flatMap((value, n): Registered[] => [
      { id: `${n} ${value}`, address: value, port: 80, meta: { domain: "good.example.com" } },
      { id: `domain ${n}`, address: "10.0.0.6", port: 80, meta: { domain: value === "" || value === " " ? "" : `good.example.com${value}` } },
      { id: `both ${n}`, address: "10.0.0.6", port: 80, meta: { domain: value } },
    ]);
    const text = renderServices(TEMPLATE, { web: [good, ...bad] });

    await assertValid(text);
    assert.deepEqual(routes(text), { "good.example.com": ["10.0.0.5:8080"] });
  });

  test("a listen address that is none is refused by nginx, and adds nothing", async () => {
    assert.equal((await testByNginx(renderServices(TEMPLATE, {}, { "/hipache/listen": '80"; } evil { "' }))).code, 1);
  });
});

/** The servers of each server_name that has an upstream. */
function routes(text: string): Readonly<Record<string, readonly string[]>> {
  const found = [...text.matchAll(/upstream (frontend-\d+) \{\n([^}]*)\}[^]*?server_name (\S+);\n.*\n\s+proxy_pass http:\/\/\1;/g)];
  return Object.fromEntries(found.map(([, , servers = "", name = ""]) => [name, [...servers.matchAll(/server (\S+) /g)].map(([, server = ""]) => server)]));
}
