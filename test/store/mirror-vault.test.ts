import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openVaultBackend, startSmallVault } from "../support/vault.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { mirroring, ONE_OUTAGE } from "./mirroring.ts";

describe("a mirror of Vault", { concurrency: 4 }, () => {
  for (const [how, fail, mend] of [
    ["refused", (proxy) => (proxy.refuse(true), proxy.cut()), (proxy) => proxy.refuse(false)],
    ["swallowed", (proxy) => (proxy.swallow(true), proxy.blackhole()), (proxy) => proxy.swallow(false)],
    ["cut in the middle of an answer", (proxy) => (proxy.cutAfter(50), proxy.refuse(true)), (proxy) => proxy.refuse(false)],
  ] as readonly (readonly [string, (proxy: Awaited<ReturnType<typeof tcpProxy>>) => void, (proxy: Awaited<ReturnType<typeof tcpProxy>>) => void])[]) {
    test(`has what changed while connections were ${how}, as one outage`, async () => {
      await using vault = await startSmallVault();
      await vault.put("kv/app", { value: "1" });
      await using proxy = await tcpProxy(vault.port);
      await using backend = await openVaultBackend({ url: `http://127.0.0.1:${proxy.port}`, rootToken: vault.rootToken });
      await using mirrored = await mirroring(backend, ["/kv/app"]);
      fail(proxy);
      assert.equal(await mirrored.down(9_500), "BACKEND_UNREACHABLE");
      assert.deepEqual(mirrored.values, { "/kv/app": "1" });
      await vault.put("kv/app", { value: "2" });
      mend(proxy);
      await mirrored.holds({ "/kv/app": "2" }, 9_000);
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    });
  }

  test("keeps what it has while Vault is sealed or restarted", async () => {
    await using vault = await startSmallVault();
    await vault.put("kv/app", { value: "1" });
    await using backend = await openVaultBackend(vault);
    await using mirrored = await mirroring(backend, ["/kv/app"]);
    await vault.stop();
    await mirrored.down();
    vault.sealed = true;
    await vault.start();
    await vault.put("kv/app", { value: "2" });
    assert.equal(await mirrored.down(), "BACKEND_UNREACHABLE");
    assert.deepEqual(mirrored.values, { "/kv/app": "1" });
    vault.sealed = false;
    await mirrored.holds({ "/kv/app": "2" });
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });
});
