import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { freePort, runProgram, stopProcess } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, type Registered, renderServices } from "./rendering.ts";
import { answering, asked } from "./web.ts";

const TEMPLATE = "caddy/Caddyfile.njk";

describe("templates/caddy", () => {
  test("a configuration without any service is valid", async () => {
    await assertValid(renderServices(TEMPLATE, {}));
  });

  test("a domain is served from the instances of its service, and its paths from those of others", async () => {
    const text = renderServices(TEMPLATE, {
      web: [{ id: "web-1", address: "10.0.0.5", port: 8080, meta: { domain: "Shop.example.com,*.example.org" } }, { id: "web-2", address: "2001:db8::1", port: 8080 }],
      api: [{ id: "api-1", address: "10.0.0.6", port: 80, meta: { domain: "shop.example.com", path: "/api" } }],
      db: [{ id: "db-1", address: "10.0.0.8", port: 3306 }],
    });

    await assertValid(text);
    assert.match(text, /^shop\.example\.com \{\n\thandle \/api\* \{\n\t\treverse_proxy 10\.0\.0\.6:80\n\t\}\n\thandle \{\n\t\treverse_proxy 10\.0\.0\.5:8080 \[2001:db8::1\]:8080\n\t\}\n\}$/m);
    assert.match(text, /^\*\.example\.org \{$/m);
    assert.doesNotMatch(text, /3306/);
  });

  test("a service without a usable instance answers 503", async () => {
    const text = renderServices(TEMPLATE, { web: [{ id: "web-1", address: "web.local", port: 80, meta: { domain: "shop.example.com" } }] });

    await assertValid(text);
    assert.match(text, /respond 503/);
  });

  test("hostile values are left out and stop nobody else", async () => {
    const good = { id: "good", address: "10.0.0.5", port: 8080, meta: { domain: "good.example.com" } };
    const bad = HOSTILE.flatMap((value, n): Registered[] => [
      { id: `${n} ${value}`, address: value, port: 80 },
      { id: `domain ${n}`, address: "10.0.0.6", port: 80, meta: { domain: `good.example.com${value}`, path: `/x${value}` } },
      { id: `both ${n}`, address: "10.0.0.6", port: 80, meta: { domain: value, path: value } },
    ]);
    const keys = (value: string) => Object.fromEntries(["email", "admin", "http_port", "https"].map((name) => [`/caddy/${name}`, value]));
    const text = renderServices(TEMPLATE, { web: [good, ...bad] });

    await assertValid(text);
    assert.match(text, /^good\.example\.com \{$/m);
    assert.doesNotMatch(text, /evil|xxx|PATH/);
    for (const value of HOSTILE) assert.doesNotMatch(renderServices(TEMPLATE, {}, keys(value)), /evil|xxx/);
  });

  test("a path that nobody has is not there", () => {
    const text = renderServices(TEMPLATE, { api: [{ id: "api-1", address: "10.0.0.6", port: 80, meta: { domain: "shop.example.com", path: "/api" } }] });

    assert.match(text, /\thandle \{\n\t\trespond 404\n\t\}/);
  });

  test("a file that is no Caddyfile is refused, also under a name that does not tell what it is", async () => {
    const { code, stderr } = await checked("shop.example.com {\n\tevil\n}\n");

    assert.equal(code, 1);
    assert.match(stderr, /unrecognized directive: evil/);
  });

  test("Caddy answers from where a service moved to", async () => {
    await using directory = await tempDir();
    await using first = await answering("first");
    await using second = await answering("second");
    const [port, admin] = [await freePort(), await freePort()];
    const write = (instance: number) =>
      directory.write("config", renderServices(TEMPLATE, { web: [{ id: "web", address: "127.0.0.1", port: instance, meta: { domain: "shop.example.com" } }] }, { "/caddy/http_port": `${port}`, "/caddy/https": "off", "/caddy/admin": `127.0.0.1:${admin}` }));
    const [file, env] = [await write(first.port), homeIn(directory.path)];
    const caddy = spawn(requireProgram("caddy"), ["run", "--adapter", "caddyfile", "--config", file], { stdio: "ignore", env });
    try {
      await eventually(async () => assert.equal(await asked(port, "shop.example.com"), "200 first"), { within: 20_000 });
      await write(second.port);
      const { code, stderr } = await runProgram([requireProgram("caddy"), "reload", "--adapter", "caddyfile", "--config", file], { env });

      assert.equal(code, 0, stderr);
      assert.equal(await asked(port, "shop.example.com"), "200 second");
    } finally {
      await stopProcess(caddy);
    }
  });
});

async function assertValid(text: string): Promise<void> {
  const { code, stderr } = await checked(text);
  assert.equal(code, 0, `${stderr}\n${text.slice(0, 5_000)}`);
}

async function checked(text: string) {
  await using directory = await tempDir();
  const file = await directory.write(".staged", text);
  return await runProgram([requireProgram("caddy"), "validate", "--adapter", "caddyfile", "--config", file], { env: homeIn(directory.path) });
}

/** Caddy writes below its home, even to check. */
function homeIn(path: string): NodeJS.ProcessEnv {
  return { ...process.env, HOME: path, XDG_DATA_HOME: path, XDG_CONFIG_HOME: path };
}
