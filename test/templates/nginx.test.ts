import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
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

  test("a domain whose service is gone answers 503", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/vhosts/shop.example.com": "web" });

    await assertValid(text);
    assert.match(text, /server_name shop\.example\.com;\n.*\n {8}return 503;/);
  });

  test("a service without a usable instance keeps its upstream", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/services/web/server ": "gone", "/vhosts/shop.example.com": "web" });

    await assertValid(text);
    assert.match(text, /server 127\.0\.0\.1:9 down;/);
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
    assert.equal(text.match(/proxy_pass/g)?.length, 1);
    assert.doesNotMatch(text, /^\s*[^#\s].*evil/m);
  });

  test("a listen address that is none is refused by nginx, and adds nothing", async () => {
    const text = renderTemplate("nginx/nginx.conf.njk", { "/nginx/listen": '80"; } evil { "' });

    const { code, stderr } = await testByNginx(text);
    assert.equal(code, 1);
    assert.match(stderr, /invalid port|host not found/);
  });
});

async function assertValid(text: string): Promise<void> {
  const { code, stderr } = await testByNginx(text);
  assert.equal(code, 0, `${stderr}\n${text.slice(0, 5_000)}`);
}

async function testByNginx(text: string) {
  await using directory = await tempDir();
  // The rest of the machine, ports below 1024 included, is none of the test's business.
  const local = text.replaceAll('listen "80"', "listen unix:" + directory.join("socket")).replace("http {", `http {\n${temporaryPaths(directory.path)}`);
  const file = await directory.write("nginx.conf", local);
  return runProgram([requireProgram("nginx"), "-t", "-p", directory.path, "-c", file, "-g", `pid ${directory.join("nginx.pid")};`]);
}

function temporaryPaths(directory: string): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${directory}/${name};`).join("\n");
}
