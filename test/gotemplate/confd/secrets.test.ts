import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../../src/core/error.ts";
import type { Opener, Sealed } from "../../../src/core/opener.ts";
import { Secret } from "../../../src/core/secret.ts";
import { rendering } from "./support.ts";

const DATA = {
  "/db/password": "remora:v1:0011223344556677:AAAA",
  "/db/plain": "open",
  "/db/strange": "remora:v1:ffffffffffffffff:AAAA",
  "/crypt/a": "d2hhdCBjcnlwdCB3cml0ZXM=",
};

/** Opens what it was asked to prepare, as the keyring does; the strange one is for another key. */
function keyring(): Opener {
  const prepared = new Set<string>();
  return {
    opened({ form, entry }: Sealed) {
      if (!prepared.has(entry.key)) return undefined;
      if (entry.key === "/db/strange") return { kind: "refused", error: new AppError("SECRET_KEY_MISSING", "No key opens it", { hint: "Add the key" }) };
      return { kind: "opened", secret: new Secret(form === "crypt" ? "by crypt" : "hunter2") };
    },
    async prepare(sealed) {
      for (const { entry } of sealed) prepared.add(entry.key);
    },
  };
}

/** Renders until nothing has to be opened first, as the engine does. */
async function renderAll(source: string) {
  const opener = keyring();
  for (;;) {
    const result = await rendering(source, { data: DATA, opener });
    if (result.kind !== "unopened") return result;
    await opener.prepare(result.sealed);
  }
}

async function text(source: string): Promise<string> {
  const result = await renderAll(source);
  return result.kind === "rendered" ? result.text : assert.fail(result.kind === "failed" ? result.error.message : result.kind);
}

async function error(source: string): Promise<AppError> {
  const result = await renderAll(source);
  return result.kind === "failed" ? result.error : assert.fail(result.kind);
}

describe("sealed values in a Go template", () => {
  test("getv, get, gets and getvs open them by themselves, and leave plain values as they are", async () => {
    assert.equal(await text('{{getv "/db/password"}} {{(get "/db/password").Value}} {{getv "/db/plain"}}'), "hunter2 hunter2 open");
    assert.equal(await text('{{gets "/db/pass*"}} {{getvs "/db/p*"}}'), "[{/db/password hunter2}] [hunter2 open]");
  });

  test("what was opened is told, and exists, ls and lsdir open nothing", async () => {
    const result = await renderAll('{{getv "/db/password"}}');
    assert.deepEqual(result.kind === "rendered" && result.opened.map(({ entry }) => entry.key), ["/db/password"]);
    const closed = await renderAll('{{exists "/db/strange"}}{{ls "/db"}}{{lsdir "/"}}');
    assert.deepEqual(closed.kind === "rendered" && closed.opened, []);
  });

  test("cget, cgetv, cgets and cgetvs open what crypt and Remora sealed", async () => {
    assert.equal(await text('{{cgetv "/crypt/a"}} {{(cget "/crypt/a").Value}} {{cgets "/crypt/*"}} {{cgetvs "/crypt/*"}} {{cgetv "/db/password"}}'), "by crypt by crypt [{/crypt/a by crypt}] [by crypt] hunter2");
  });

  test("a value that no key opens is refused with the code, the hint and the place", async () => {
    const refused = await error('a\n{{getv "/db/strange"}}');
    assert.equal(refused.code, "SECRET_KEY_MISSING");
    assert.equal(refused.hint, "Add the key");
    assert.equal(refused.at?.line, 2);
    assert.match(refused.message, /error calling getv: no key opens it$/);
  });

  test("once a secret was read, no message shows a value", async () => {
    for (const source of ['{{atoi (getv "/db/password")}}', '{{$p := getv "/db/password"}}{{atoi (slice $p 0 3)}}', '{{regexMatch (print "[" (getv "/db/password")) "a"}}', '{{gets (print "/[" (getv "/db/password"))}}', '{{parseBool (getv "/db/password")}}']) {
      const { message } = await error(source);
      assert.match(message, /error calling \w+: a value \(withheld\)$/, source);
      assert.doesNotMatch(message.replace(/at <.*>/, ""), /hun/);
    }
    assert.match((await error('{{getv "/db/password"}}{{range "hun"}}{{end}}')).message, /range can't iterate over a value \(withheld\)$/);
  });

  test("a missing key is named also when a secret was read", async () => {
    const { code, message } = await error('{{getv "/db/password"}}{{getv "/nope"}}');
    assert.equal(code, "TEMPLATE_MISSING_KEY");
    assert.match(message, /key does not exist: \/nope$/);
  });
});
