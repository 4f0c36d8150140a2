import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { createMask } from "../../src/log/mask.ts";
import { backendContract, startWatch } from "../contract/backend.ts";
import { memoryLog } from "../support/ports.ts";
import { findProgram } from "../support/requires.ts";
import { openVaultBackend, readBelow, type SmallVault, startRealVault, startSmallVault, type Vault } from "../support/vault.ts";

function vaultContract(name: string, startVault: () => Promise<Vault>): void {
  backendContract(
    name,
    async () => {
      const vault = await startVault();
      return {
        open: () => openVaultBackend(vault, { root: toKey("/kv/apps") }),
        put: (key, value) => vault.put(`kv/apps${key}`, { value }),
        delete: (key) => vault.delete(`kv/apps${key}`),
        [Symbol.asyncDispose]: () => vault[Symbol.asyncDispose](),
      };
    },
    { binary: false },
  );

  describe(name, () => {
    test("read() has the fields of secrets, of both versions of the engine", async () => {
      await using vault = await startVault();
      await using backend = await openVaultBackend(vault);
      const data = { user: "u", port: 5432, tls: { on: true, hosts: ["a", "b"] }, none: null };
      await vault.put("kv/app/db", data);
      await vault.put("team/old/app/db", data);
      await vault.put("kv/app/plain", { value: "only" });
      const json = '{"none":null,"port":5432,"tls":{"hosts":["a","b"],"on":true},"user":"u"}';
      const below = (path: string) => ({ [path]: json, [`${path}/port`]: "5432", [`${path}/tls/hosts`]: '["a","b"]', [`${path}/tls/on`]: "true", [`${path}/user`]: "u" });
      assert.deepEqual(await readBelow(backend, "/kv/app"), { ...below("/kv/app/db"), "/kv/app/plain": "only" });
      assert.deepEqual(await readBelow(backend, "/team"), below("/team/old/app/db"));
      assert.deepEqual(await readBelow(backend, "/team/old/app/db/tls"), { "/team/old/app/db/tls/hosts": '["a","b"]', "/team/old/app/db/tls/on": "true" });
    });

    test("read() finds secrets whose names need encoding", async () => {
      await using vault = await startVault();
      await using backend = await openVaultBackend(vault);
      await vault.put("kv/odd/a b#ü", { value: "1" });
      assert.deepEqual(await readBelow(backend, "/kv/odd"), { "/kv/odd/a b#ü": "1" });
    });
  });
}

vaultContract("vault's documented answers", startSmallVault);
const real = findProgram("vault");
if (real !== undefined) vaultContract("vault", () => startRealVault(real));

describe("what is read from vault", () => {
  let vault: SmallVault;
  before(async () => void (vault = await startSmallVault()));
  after(() => vault?.[Symbol.asyncDispose]());

  test("is secret, and masked unless it is an ordinary short word or number", async () => {
    await vault.put("kv/masked/db", { password: "hunter2-hunter2", pin: "a1b2", log_level: "info", port: "5432" });
    const mask = createMask();
    await using backend = await openVaultBackend(vault, {}, { mask });
    const { entries } = await backend.read([toKey("/kv/masked")], { signal: AbortSignal.timeout(5_000) });
    assert.ok(entries.length > 0 && entries.every(({ secret }) => secret === true));
    assert.equal(mask.cover(`level=info it is hunter2-hunter2 or a1b2, by ${vault.rootToken}, at 5432`), "level=info it is [redacted] or [redacted], by [redacted], at 5432");
  });

  test("is told again when it changed, and is quiet when it did not", async () => {
    await vault.put("kv/polled/key", { value: "1" });
    await using backend = await openVaultBackend(vault);
    const watched = await startWatch(backend, "/kv/polled");
    await vault.put("kv/polled/key", { value: "2" });
    await watched.until({ "/kv/polled/key": "2" });
    await watched.stop();
  });

  test("is what the token may read; the rest is left out, and said once", async () => {
    await vault.put("kv/mine/key", { value: "1" });
    await vault.put("kv/theirs/key", { value: "2" });
    vault.tokens.set("partial", { paths: ["kv/mine/", "kv/theirs-not"], ttl: 0, renewable: false });
    const log = memoryLog();
    await using backend = await openVaultBackend({ ...vault, rootToken: "partial" }, {}, { log });
    assert.deepEqual(await readBelow(backend, "/kv/mine"), { "/kv/mine/key": "1" });
    assert.deepEqual(await readBelow(backend, "/kv/mine/key"), { "/kv/mine/key": "1" });
    await assert.rejects(readBelow(backend, "/kv/theirs"), { code: "BACKEND_DENIED", message: /^Cannot read "\/kv\/theirs" from Vault at http:\/\/127\.0\.0\.1:\d+: 1 error occurred: \* permission denied$/, hint: /MOUNT\/data\/PATH/ });
    for (let time = 0; time < 2; time += 1) assert.deepEqual(await readBelow(backend, "/kv"), {});
    assert.deepEqual(log.lines.map(({ message, fields }) => [message, fields["path"]]), [["Left out what the token may not read", "/kv"]]);
  });

  test("is asked for in a namespace", async () => {
    await using backend = await openVaultBackend(vault, { namespace: "team-a/" });
    await readBelow(backend, "/kv/none");
    const { headers } = vault.asked.at(-1) ?? {};
    assert.deepEqual([headers?.["x-vault-namespace"], headers?.["x-vault-request"]], ["team-a/", "true"]);
  });

  test("cannot be had where nothing listens, or Vault is sealed", async () => {
    await using away = await openVaultBackend({ url: "http://127.0.0.1:1", rootToken: "t" });
    await assert.rejects(readBelow(away, "/kv"), { code: "BACKEND_UNREACHABLE", message: 'Cannot read "/kv" from Vault at http://127.0.0.1:1: nothing listens there', hint: /"address"/ });
    await using backend = await openVaultBackend(vault);
    vault.sealed = true;
    await assert.rejects(readBelow(backend, "/kv"), { code: "BACKEND_UNREACHABLE", message: /: it is sealed$/, hint: /unseal/ });
    vault.sealed = false;
  });
});
