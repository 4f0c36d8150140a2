import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertValid, testByNginx } from "./nginx-check.ts";
import { HOSTILE, renderTemplate } from "./rendering.ts";

const MANY = 500;

describe("templates/nginx", () => {
  test("a configuration without any key is valid", async () => {
    await assertValid(renderTemplate("nginx/nginx.conf.njk", {}));
  });

  test("a domain is served from the instances of its service", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", {
      "/services/web/1": "10.0.0.5:8080",
      "/services/web/2": "[2001:db8::1]:8080",
      "/vhosts/shop.example.com": "web",
      "/vhosts/*.example.org": "web",
    });

    await assertValid(text);
    assert.match(text, /upstream web \{\n {8}server 10\.0\.0\.5:8080;\n {8}server \[2001:db8::1\]:8080;\n {4}\}/);
    assert.match(text, /server_name shop\.example\.com;\n {8}location \/ \{\n {12}proxy_pass http:\/\/web;/);
    assert.match(text, /server_name \*\.example\.org;/);
  });

  test("a domain whose service has no instance keeps an upstream", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/vhosts/shop.example.com": "web" });

    await assertValid(text);
    assert.match(text, /upstream web \{\n {8}server 127\.0\.0\.1:9 down;\n {4}\}/);
  });

  test("an upstream whose only instance is left out is valid, whatever its key is", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/services/web/        server ": "gone", "/vhosts/shop.example.com": "web" });

    await assertValid(text);
    assert.match(text, /server 127\.0\.0\.1:9 down;/);
  });

  test("two domains of one service share its upstream", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/services/web/1": "10.0.0.5:8080", "/vhosts/a.example.com": "web", "/vhosts/b.example.com": "web" });

    await assertValid(text);
    assert.equal(text.match(/upstream web/g)?.length, 1);
  });

  test("a domain whose value is not the name of a service answers 503", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/vhosts/shop.example.com": "web; evil" });

    await assertValid(text);
    assert.match(text, /server_name shop\.example\.com;\n.*\n {8}return 503;/);
  });

  test("many services, instances and domains are valid", async () => {
    const keys: Record<string, string> = {};
    for (let n = 0; n < MANY; n++) {
      keys[`/services/service-${n % 20}/${n}`] = `10.0.${n >> 8}.${n & 255}:8080`;
      keys[`/vhosts/${`label-${n}.`.repeat(15)}example.com`] = `service-${n % 20}`;
    }
    const text = renderTemplate("nginx/nginx.conf.njk", keys);

    await assertValid(text);
    assert.equal(text.match(/^ {8}server 10\./gm)?.length, MANY);
    assert.equal(text.match(/proxy_pass/g)?.length, MANY);
  });

  test("hostile values and keys are left out and stop nobody else", async () => {
    const keys: Record<string, string> = { "/services/web/good": "10.0.0.5:8080", "/vhosts/good.example.com": "web" };
    for (const [n, value] of HOSTILE.entries()) {
      keys[`/services/web/${n}`] = value;
      keys[`/services/web/${value}-key`] = "10.0.0.6:8080";
      keys[`/services/${value}-service/1`] = "10.0.0.7:8080";
      keys[`/vhosts/bad-${n}.example.com`] = value;
      keys[`/vhosts/${value} bad`] = "web";
    }
    const text = renderTemplate("nginx/nginx.conf.njk", keys);

    await assertValid(text);
    assert.match(text, /server 10\.0\.0\.5:8080;/);
    // "10.0.0.9" is a name like any other.
    assert.deepEqual(new Set(text.match(/proxy_pass .*/g)), new Set(["proxy_pass http://web;", "proxy_pass http://10.0.0.9;"]));
    assert.doesNotMatch(text, /^\s*[^#\s].*evil/m);
  });

  test("instances of Consul's catalog take the place of keys", async () => {
    const web = [
      { id: "web-1", address: "10.0.0.5", port: 8080, status: "passing" },
      { id: "web-2", address: "2001:db8::1", port: 8080, status: "passing" },
      { id: "web-3", address: "10.0.0.6", port: 8080, status: "critical" },
      { id: "web-4\n}", address: "evil; }", port: 8080, status: "passing" },
    ];
    const text = renderTemplate("nginx/nginx-consul.conf.njk", { "/vhosts/shop.example.com": "web", "/vhosts/gone.example.com": "gone" }, { web });

    await assertValid(text);
    assert.match(text, /upstream web \{\n {8}server 10\.0\.0\.5:8080;\n {8}server \[2001:db8::1\]:8080;\n {8}# Left out, .*\n {4}\}/);
    assert.match(text, /upstream gone \{\n {8}server 127\.0\.0\.1:9 down;/);
  });

  test("a listen address that is none is refused by nginx, and adds nothing", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/nginx/listen": '80"; } evil { "' });

    const { code, stderr } = await testByNginx(text);
    assert.equal(code, 1);
    assert.match(stderr, /invalid port|host not found/);
  });
});
