import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";
import { HOSTILE, type Registered, renderServices } from "./rendering.ts";

const SALTS = ["AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT"];
const SHOW = "<?php global $table_prefix; echo json_encode([DB_HOST, DB_NAME, DB_USER, DB_PASSWORD, AUTH_KEY, NONCE_SALT, $table_prefix, isset($evil)], JSON_THROW_ON_ERROR);\n";
const MYSQL = [{ id: "a", address: "db.local", port: 3306 }, { id: "b", address: "10.0.0.8", port: 3306 }, { id: "c", address: "10.0.0.9", port: 3306 }];

describe("templates/wordpress", () => {
  test("PHP reads the first usable instance as the database", async () => {
    assert.deepEqual(await readByPhp({ mysql: MYSQL }), ["10.0.0.8:3306", "wordpress", "wordpress", "secret", "salt", "salt", "wp_", false]);
  });

  test("while no instance is registered the database is a key", async () => {
    assert.equal((await readByPhp({}, { "/wordpress/db/host": "db.local" }))[0], "db.local");
  });

  test("another service may be the database", async () => {
    assert.equal((await readByPhp({ primary: [{ id: "a", address: "2001:db8::1", port: 3306 }] }, { "/wordpress/db/service": "primary" }))[0], "[2001:db8::1]:3306");
  });

  test("PHP reads hostile values as they are", async () => {
    for (const value of [...HOSTILE, "<?php $evil = 1; ?>", "'); $evil = 1; ('", "\\'); $evil = 1; //", "a\\"]) {
      const keys = { "/wordpress/db/host": value, "/wordpress/db/name": value, "/wordpress/db/user": value, "/wordpress/db/password": value, "/wordpress/table_prefix": value };
      const found = await readByPhp({}, keys);

      assert.deepEqual(found.slice(0, 4), [value, value, value, value]);
      assert.deepEqual(found.slice(-2), [/^\w+$/.test(value) ? value : "wp_", false]);
    }
  });

  test("a missing password or salt is named", () => {
    assert.throws(() => renderServices("wordpress/wp-config.php.njk", { mysql: MYSQL }), { code: "TEMPLATE_MISSING_KEY", message: /\/wordpress\/db\/password/ });
    assert.throws(() => renderServices("wordpress/wp-config.php.njk", { mysql: MYSQL }, { "/wordpress/db/password": "x" }), { message: /\/wordpress\/salts\/AUTH_KEY/ });
  });

  test("a wrong file is refused", async () => {
    await using directory = await tempDir();
    const file = await directory.write("staged", "<?php define('DB_NAME', 'it's');\n");
    assert.notEqual((await runProgram([requireProgram("php"), "-l", file])).code, 0);
  });
});

/** What PHP has for the constants after the file was checked and read. */
async function readByPhp(services: Readonly<Record<string, readonly Registered[]>>, keys: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  await using directory = await tempDir();
  const salts = Object.fromEntries(SALTS.map((name) => [`/wordpress/salts/${name}`, "salt"]));
  const file = await directory.write("wp-config.php", renderServices("wordpress/wp-config.php.njk", services, { "/wordpress/db/password": "secret", ...salts, ...keys }));
  await directory.write("wp-settings.php", SHOW);
  const { code, stdout, stderr } = await runProgram([requireProgram("php"), "-n", file]);
  assert.equal(code, 0, `${stdout}${stderr}`);
  return JSON.parse(stdout) as unknown[];
}
