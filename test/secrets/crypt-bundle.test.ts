import assert from "node:assert/strict";
import { chmod, cp, readdir, readFile, rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { runProgram } from "../support/process.ts";
import { type Project, project, remora } from "../support/remora.ts";
import { makeKey, sealFor } from "./crypt-support.ts";

const DIST = new URL("../../dist", import.meta.url).pathname;
const BUN = new URL("../../node_modules/.bin/bun", import.meta.url).pathname;
/** What every copy of the library says of itself. */
const LIBRARY = "OpenPGP.js";

describe("The OpenPGP library in the bundle", () => {
  let t: Project;

  before(async () => {
    const key = await makeKey();
    const crypt = await sealFor([key.publicKey], gzipSync("of crypt"));
    t = await project({
      "remora.toml": '[secrets]\nkeyring = ["$DIR/own.key"]\nopenpgp_keyring = ["$DIR/crypt.asc"]\n',
      "data.yaml": `name: plain\ncrypt: ${crypt}\n`,
      "templates/app.njk": '{{ getv("/name") }}, {{ getv("/own") }}, {{ cgetv("/own") }}\n',
    });
    await chmod(await t.write("crypt.asc", key.privateKey.armor()), 0o600);
    const { stdout } = await remora(["secret", "keygen", "--out", t.directory.join("own.key")]);
    await t.remora(["secret", "put", "/own", "--to", stdout.trim()], { input: "of Remora" });
  });
  after(() => t?.[Symbol.asyncDispose]());

  test("is a file of its own that is loaded for no other value than one of crypt's", async () => {
    const main = t.directory.join("dist/main.js");
    await cp(DIST, t.directory.join("dist"), { recursive: true });
    assert.equal(await removeLibrary(t.directory.join("dist/chunks")), 1);
    const run = () => runProgram([process.execPath, main, "render", ...t.flags]);

    const without = await run();
    assert.equal(without.code, 0, without.stderr);
    assert.equal(await t.read("out/app.conf"), "plain, of Remora, of Remora\n");
    await t.write("templates/app.njk", '{{ cgetv("/crypt") }}\n');
    const missing = await run();
    assert.notEqual(missing.code, 0);
    assert.match(missing.stderr, /cannot find module .*openpgp/i);
    assert.equal(await t.read("out/app.conf"), "plain, of Remora, of Remora\n");
  });

  test("opens crypt's values under Bun as well", async () => {
    await t.write("templates/app.njk", '{{ cgetv("/crypt") }}, {{ cgetv("/own") }}\n');
    const { code, stderr } = await runProgram([BUN, `${DIST}/main.js`, "render", ...t.flags]);
    assert.equal(code, 0, stderr);
    assert.equal(await t.read("out/app.conf"), "of crypt, of Remora\n");
  });
});

/** Answers how many files held it. */
async function removeLibrary(directory: string): Promise<number> {
  const files = (await readdir(directory)).map((name) => `${directory}/${name}`);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const found = files.filter((_, index) => texts[index]?.includes(LIBRARY));
  await Promise.all(found.map((file) => rm(file)));
  return found.length;
}
