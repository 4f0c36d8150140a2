import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { describe, test } from "node:test";
import { type Key, toKey } from "../../../src/core/key.ts";
import type { Opener } from "../../../src/core/opener.ts";
import type { Rendering } from "../../../src/core/template.ts";
import { createMask } from "../../../src/log/mask.ts";
import { systemFiles } from "../../../src/platform/files.ts";
import { formatPrivateKeyFile, generateKey } from "../../../src/secrets/keys.ts";
import { createOpener } from "../../../src/secrets/opener.ts";
import { seal } from "../../../src/secrets/seal.ts";
import { createTemplateEngine, render } from "../../../src/template/index.ts";
import { memoryLog } from "../../support/ports.ts";
import { tempDir } from "../../support/temp.ts";
import { type Data, lookupOf, placeOf } from "../support.ts";

const key = generateKey();
const other = generateKey();

function sealed(path: string, text: string | Uint8Array, recipient = key): string {
  return seal({ content: Buffer.from(text as string), recipients: [recipient.publicKey], path: path as Key });
}

const DATA: Data = {
  "/db/password": sealed("/db/password", "hunter2"),
  "/db/plain": "open",
  "/db/strange": sealed("/db/strange", "x", other),
  "/tokens/a": sealed("/tokens/a", "zeta"),
  "/tokens/b": sealed("/tokens/b", "alpha"),
  "/bytes": sealed("/bytes", Uint8Array.of(255, 0, 1)),
  "consul:/db/password": sealed("/db/password", "of consul"),
  "/production/api": sealed("/production/api", "with prefix"),
};

/** Renders until nothing has to be opened first, as the engine does; answers how often. */
async function renderAll(source: string, { prefix = "/" }: { readonly prefix?: string } = {}): Promise<{ readonly result: Rendering; readonly renders: number }> {
  await using directory = await tempDir();
  await directory.write("keyring", formatPrivateKeyFile(key, "2026-01-01"));
  await chmod(directory.join("keyring"), 0o600);
  const ports = { files: systemFiles, log: memoryLog(), mask: createMask() };
  const opener: Opener = createOpener({ keyring: [directory.join("keyring")], openpgpKeyring: [], insecure: false, ports, uid: process.getuid?.() ?? 0 });
  const template = createTemplateEngine({ directory: "/templates", readFile: () => source }).compile("main.njk");
  const lookup = lookupOf(DATA);
  for (let renders = 1; ; renders += 1) {
    const result = render(template, { lookup, opener, prefix: toKey(prefix), defaultBackend: "etcd", env: {}, now: () => new Date(0) });
    if (result.kind !== "unopened") return { result, renders };
    await opener.prepare(result.sealed);
  }
}

async function text(source: string, options?: { readonly prefix?: string }): Promise<string> {
  const { result } = await renderAll(source, options);
  assert.equal(result.kind, "rendered", result.kind === "failed" ? result.error.message : result.kind);
  return result.kind === "rendered" ? result.text : "";
}

async function error(source: string) {
  const { result } = await renderAll(source);
  assert.equal(result.kind, "failed");
  if (result.kind !== "failed") throw new Error("it rendered");
  return result.error;
}

describe("sealed values in templates", () => {
  test("get, getv, gets, getvs and getv64 open them by themselves, and leave plain values as they are", async () => {
    assert.equal(await text('{{ get("/db/password").value }} {{ getv("/db/password") }} {{ getv("/db/plain") }}'), "hunter2 hunter2 open");
    assert.equal(await text('{% for p in gets("/tokens/*") %}{{ p.key }}={{ p.value }} {% endfor %}'), "/tokens/a=zeta /tokens/b=alpha ");
    assert.equal(await text('{{ getvs("/tokens/*") | join(",") }}'), "alpha,zeta");
    assert.equal(await text('{{ getv64("/bytes") }}'), "/wAB");
  });

  test("exists, ls and lsdir open nothing", async () => {
    const { result } = await renderAll('{{ exists("/db/strange") }} {{ ls("/db") }}');
    assert.equal(result.kind === "rendered" && result.text, "true password,plain,strange");
    assert.deepEqual(result.kind === "rendered" && result.opened, []);
  });

  test("secret() opens, and refuses what is not sealed", async () => {
    assert.equal(await text('{{ secret("/db/password") }}'), "hunter2");
    const refused = await error('a\n{{ secret("/db/plain") }}');
    assert.match(refused.message, /the value of "\/db\/plain" is not sealed/);
    assert.equal(placeOf(refused), "main.njk:2:4");
    assert.equal((await error('{{ secret("/nope") }}')).code, "TEMPLATE_MISSING_KEY");
  });

  test("cget, cgetv, cgets and cgetvs open Remora's seal too, and refuse plain text", async () => {
    assert.equal(await text('{{ cget("/db/password").value }} {{ cgetv("/db/password") }} {{ cgetvs("/tokens/*") | join(",") }}'), "hunter2 hunter2 alpha,zeta");
    assert.equal(await text('{% for p in cgets("/tokens/*") %}{{ p.key }}={{ p.value }} {% endfor %}'), "/tokens/a=zeta /tokens/b=alpha ");
    assert.match((await error('{{ cgetv("/db/plain") }}')).code, /^SECRET_/);
  });

  test("a value of another backend and one below a prefix open under their own keys", async () => {
    assert.equal(await text('{{ getv("consul:/db/password") }}'), "of consul");
    assert.equal(await text('{{ getv("/api") }}{% for p in gets("/*") %} {{ p.key }}={{ p.value }}{% endfor %}', { prefix: "/production" }), "with prefix /api=with prefix");
  });

  test("a value that does not open fails with its key, the key id and the place in the template", async () => {
    const refused = await error('a\nb {{ getv("/db/strange") }}');
    assert.equal(refused.code, "SECRET_KEY_MISSING");
    assert.match(refused.message, new RegExp(`^Cannot render "main.njk": cannot open the sealed value of "/db/strange": it is sealed for key ${other.id}`));
    assert.equal(placeOf(refused), "main.njk:2:6");
  });

  test("an error about a value, or a part of one, says nothing of it once a secret was opened", async () => {
    for (const source of ['{{ atoi(getv("/db/password")) }}', '{{ atoi(getv("/db/password") | first) }}', '{{ getv("/db/password") * 2 }}']) {
      const { message } = await error(source);
      assert.match(message, /a value \(withheld\)/);
      assert.doesNotMatch(message, /hunter2|"h"/);
    }
    assert.match((await error('{{ atoi(getv("/db/plain")) }}')).message, /"open" is not a whole number$/);
  });

  test("bytes that are no text are an error that names getv64", async () => {
    assert.match((await error('{{ getv("/bytes") }}')).message, /the value of "\/bytes" is not UTF-8/);
  });

  test("all that a template needs is found in one render, and the second has everything", async () => {
    assert.equal((await renderAll('{{ getv("/db/password") }}{{ getvs("/tokens/*") }}{{ getv("consul:/db/password") }}')).renders, 2);
  });

  test("a rendering names what was opened for it, and nothing for a plain one", async () => {
    const { result } = await renderAll('{{ getv("/db/password") }}{{ getv("/db/plain") }}');
    assert.deepEqual(result.kind === "rendered" && result.opened.map(({ entry }) => entry.key), ["/db/password"]);
  });
});
