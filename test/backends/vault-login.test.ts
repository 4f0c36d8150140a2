import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fastClock } from "../store/mirroring.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { openVaultBackend, readBelow, ROLE, type SmallVault, startSmallVault } from "../support/vault.ts";

describe("logging in to vault", () => {
  let vault: SmallVault;
  before(async () => {
    vault = await startSmallVault();
    await vault.put("kv/key", { value: "1" });
  });
  after(() => vault?.[Symbol.asyncDispose]());
  const count = (what: string) => vault.asked.filter((one) => one.what === what).length;

  test("takes a token from a file, and the new one after it was replaced", async () => {
    await using dir = await tempDir();
    const tokenFile = await dir.write("token", "first\n");
    vault.tokens.set("first", { paths: [""], ttl: 0, renewable: false });
    await using backend = await openVaultBackend(vault, { tokenFile });
    assert.deepEqual(await readBelow(backend, "/kv"), { "/kv/key": "1" });
    vault.tokens.delete("first");
    vault.tokens.set("second", { paths: [""], ttl: 0, renewable: false });
    await assert.rejects(readBelow(backend, "/kv"), { code: "BACKEND_DENIED" });
    await dir.write("token", "second\n");
    assert.deepEqual(await readBelow(backend, "/kv"), { "/kv/key": "1" });
  });

  test("logs in by approle, and revokes the token at the end", async () => {
    await using dir = await tempDir();
    const secretIdFile = await dir.write("secret-id", `${ROLE.secret_id}\n`);
    const before = vault.tokens.size;
    {
      await using backend = await openVaultBackend(vault, { auth: "approle", roleId: ROLE.role_id, secretIdFile });
      assert.deepEqual(await readBelow(backend, "/kv/key"), { "/kv/key": "1" });
      assert.equal(vault.tokens.size, before + 1);
    }
    assert.equal(vault.tokens.size, before);
  });

  test("logs in by kubernetes", async () => {
    await using dir = await tempDir();
    await using backend = await openVaultBackend(vault, { auth: "kubernetes", role: ROLE.role, jwtFile: await dir.write("jwt", ROLE.jwt) });
    assert.deepEqual(await readBelow(backend, "/kv/key"), { "/kv/key": "1" });
  });

  test("says what to do where it is refused, without a word of the secret", async () => {
    await using dir = await tempDir();
    await using approle = await openVaultBackend(vault, { auth: "approle", roleId: ROLE.role_id, secretIdFile: await dir.write("wrong", "hunter2") });
    await assert.rejects(readBelow(approle, "/kv"), { code: "BACKEND_DENIED", message: /by approle: invalid role or secret ID$/, hint: /"secret_id_file"/ });
    await using kubernetes = await openVaultBackend(vault, { auth: "kubernetes", role: "other", jwtFile: await dir.write("jwt", ROLE.jwt) });
    await assert.rejects(readBelow(kubernetes, "/kv"), { code: "BACKEND_DENIED", message: /by kubernetes: permission denied$/, hint: /"jwt_file"/ });
    await using moved = await openVaultBackend(vault, { auth: "approle", authPath: "nowhere", roleId: "r" });
    await assert.rejects(readBelow(moved, "/kv"), { code: "BACKEND_DENIED", hint: /"auth_path"/ });
    await using lost = await openVaultBackend(vault, { auth: "approle", roleId: "r", secretIdFile: dir.join("none") });
    await assert.rejects(readBelow(lost, "/kv"), { code: "BACKEND_DENIED", message: /there is no such file/, hint: /"secret_id_file"/ });
    await using broken = await openVaultBackend(vault, { tokenFile: await dir.write("lines", "a\nb") });
    await assert.rejects(readBelow(broken, "/kv"), { code: "BACKEND_DENIED", message: /it holds more than a secret/ });
  });

  test("renews its token in half of its time, and logs in again when it was taken away", async () => {
    await using dir = await tempDir();
    const secretIdFile = await dir.write("secret-id", ROLE.secret_id);
    await using backend = await openVaultBackend(vault, { auth: "approle", roleId: ROLE.role_id, secretIdFile }, { clock: fastClock(20) });
    const [renewals, logins] = [count("POST auth/token/renew-self"), count("POST auth/approle/login")];
    await eventually(async () => {
      await readBelow(backend, "/kv/key");
      assert.ok(count("POST auth/token/renew-self") >= renewals + 3);
    });
    assert.equal(count("POST auth/approle/login"), logins + 1);
    for (const token of vault.tokens.keys()) if (token.startsWith("hvs.")) vault.tokens.delete(token);
    assert.deepEqual(await readBelow(backend, "/kv/key"), { "/kv/key": "1" });
    assert.equal(count("POST auth/approle/login"), logins + 2);
  });

  test("does not log in again and again for a path that its policy denies", async () => {
    await using dir = await tempDir();
    await using backend = await openVaultBackend(vault, { auth: "kubernetes", role: ROLE.role, jwtFile: await dir.write("jwt", ROLE.jwt) });
    const logins = count("POST auth/kubernetes/login");
    for (let time = 0; time < 5; time += 1) await assert.rejects(readBelow(backend, "/team/old/key"), { code: "BACKEND_DENIED" });
    assert.equal(count("POST auth/kubernetes/login"), logins + 1);
  });
});
