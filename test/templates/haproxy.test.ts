import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { freePort, runProgram, stopProcess } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, type Registered, renderServices } from "./rendering.ts";
import { answering, asked } from "./web.ts";

const TEMPLATE = "haproxy/haproxy.cfg.njk";
const RELOADS = 3;

describe("templates/haproxy", () => {
  test("a configuration without any service is valid, and ends with a line end", async () => {
    const text = renderServices(TEMPLATE, {});

    await assertValid(text);
    assert.ok(text.endsWith("\n"));
  });

  test("a domain goes before a wildcard, a longer path before a shorter one", async () => {
    const text = renderServices(TEMPLATE, {
      web: [{ id: "web-1", address: "10.0.0.5", port: 8080, meta: { domain: "Shop.example.com,*.example.org" } }, { id: "web-2", address: "2001:db8::1", port: 8080 }],
      api: [{ id: "api-1", address: "10.0.0.6", port: 80, meta: { domain: "shop.example.com", path: "/api,/api/v2" } }],
      any: [{ id: "any-1", address: "10.0.0.7", port: 80, meta: { path: "/any" } }],
    });

    await assertValid(text);
    assert.deepEqual(text.match(/(?<=use_backend ).*/g), [
      'api-be if { req.hdr(host),field(1,:) -i "shop.example.com" } { path_beg "/api/v2" }',
      'api-be if { req.hdr(host),field(1,:) -i "shop.example.com" } { path_beg "/api" }',
      'web-be if { req.hdr(host),field(1,:) -i "shop.example.com" }',
      'web-be if { req.hdr(host),field(1,:) -i -m end ".example.org" }',
      'any-be if { path_beg "/any" }',
    ]);
    assert.match(text, /backend web-be\n {4}server 10\.0\.0\.5_8080 10\.0\.0\.5:8080 check\n {4}server 2001:db8::1_8080 \[2001:db8::1\]:8080 check\n/);
  });

  test("a service may ask by the names of docker-flow-proxy, and say how paths are compared", async () => {
    const text = renderServices(TEMPLATE, {
      demo: [{ id: "demo-1", address: "10.0.0.5", port: 8080, meta: { "com.df.serviceDomain": "demo.example.com", "com.df.servicePath": "/demo,/ping", "com.df.pathType": "path" } }],
      both: [{ id: "both-1", address: "10.0.0.6", port: 80, meta: { path: "/own", "com.df.servicePath": "/theirs", pathType: "path_dir" } }],
      evil: [{ id: "evil-1", address: "10.0.0.7", port: 80, meta: { path: "/type", pathType: "path_beg /x } evil { path" } }],
    });

    await assertValid(text);
    assert.deepEqual(text.match(/(?<=use_backend ).*/g), [
      'demo-be if { req.hdr(host),field(1,:) -i "demo.example.com" } { path "/demo" }',
      'demo-be if { req.hdr(host),field(1,:) -i "demo.example.com" } { path "/ping" }',
      'evil-be if { path_beg "/type" }',
      'both-be if { path_dir "/own" }',
    ]);
  });

  test("a service that asks for neither domain nor path is not routed", () => {
    assert.doesNotMatch(renderServices(TEMPLATE, { db: [{ id: "db-1", address: "10.0.0.8", port: 3306 }] }), /db-be/);
  });

  test("a service without a usable instance keeps a backend", async () => {
    const text = renderServices(TEMPLATE, { web: [{ id: "web-1", address: "does-not-resolve.invalid", port: 80, meta: { domain: "shop.example.com" } }] });

    await assertValid(text);
    assert.match(text, /backend web-be\n$/);
  });

  test("hostile values are left out and stop nobody else", async () => {
    const good = { id: "good", address: "10.0.0.5", port: 8080, meta: { domain: "good.example.com" } };
    const bad = HOSTILE.flatMap((value, n): Registered[] => [
      { id: `${n} ${value}`, address: value, port: 80 },
      { id: `domain ${n}`, address: "10.0.0.6", port: 80, meta: { domain: `good.example.com${value}`, path: `/x${value}` } },
      { id: `both ${n}`, address: "10.0.0.6", port: 80, meta: { domain: value, path: value } },
    ]);
    const names = Object.fromEntries(HOSTILE.filter((value) => value !== "").map((value) => [`a${value} bad`, [good]]));
    const text = renderServices(TEMPLATE, { ...names, web: [good, ...bad] });

    await assertValid(text);
    assert.match(text, /use_backend web-be if \{ req\.hdr\(host\),field\(1,:\) -i "good\.example\.com" \}\n/);
    assert.doesNotMatch(text, /evil|bad|xxx|PATH/);
  });

  test("a bind address from a key stays one word", () => {
    const lines = (bind: string) => renderServices(TEMPLATE, {}, { "/haproxy/bind": bind }).split("\n");
    for (const value of HOSTILE.filter((one) => !one.includes("\0"))) assert.equal(lines(value).length, lines(":80").length);
  });

  test("a wrong file and one without a last line end are refused", async () => {
    const good = renderServices(TEMPLATE, {});
    for (const wrong of [`${good}evil\n`, good.trimEnd()]) assert.notEqual((await checked(wrong)).code, 0);
  });

  test("HAProxy answers from where a service moved to, without a failed request", async () => {
    await using directory = await tempDir();
    const port = await freePort();
    const failed: string[] = [];
    const configuration = (instance: number) => renderServices(TEMPLATE, { web: [{ id: "web", address: "127.0.0.1", port: instance, meta: { domain: "shop.example.com" } }] }, { "/haproxy/bind": `127.0.0.1:${port}`, "/haproxy/socket": directory.join("admin.sock") });
    await using first = await answering("first");
    await using second = await answering("second");
    const file = await directory.write("haproxy.cfg", configuration(first.port));
    const haproxy = spawn(requireProgram("haproxy"), ["-W", "-f", file, "-p", directory.join("pid")], { stdio: "ignore" });
    try {
      await eventually(async () => assert.equal(await asked(port, "shop.example.com"), "200 first"), { within: 20_000 });
      for (let n = 0; n < RELOADS; n++) {
        const [next, wanted] = n % 2 === 0 ? [second, "200 second"] : [first, "200 first"];
        await directory.write("haproxy.cfg", configuration(next.port));
        await eventually(async () => {
          // A master that is still busy with the reload before takes no notice, so it is told again.
          haproxy.kill("SIGUSR2");
          const answer = await asked(port, "shop.example.com").catch((error: Error) => error.message);
          if (!answer.startsWith("200 ")) failed.push(answer);
          assert.equal(answer, wanted);
        }, { within: 20_000, every: 500 });
      }
      assert.deepEqual(failed, []);
      assert.equal(await asked(port, "other.example.com"), "404");
    } finally {
      await stopProcess(haproxy);
    }
  });
});

async function assertValid(text: string): Promise<void> {
  const { code, stderr } = await checked(text);
  assert.equal(code, 0, `${stderr}\n${text.slice(0, 5_000)}`);
}

async function checked(text: string) {
  await using directory = await tempDir();
  const file = await directory.write("haproxy.cfg", text);
  return await runProgram([requireProgram("haproxy"), "-c", "-q", "-dW", "-f", file]);
}
