import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { describeCertificate, matches } from "../../src/certificates/describe.ts";
import { type EnsuredCertificate, ensureAuthority, ensureCertificate, type EnsureOptions, type Sealing } from "../../src/certificates/ensure.ts";
import type { CertificateStore } from "../../src/certificates/store.ts";
import type { Backend } from "../../src/core/backend.ts";
import { AppError } from "../../src/core/error.ts";
import { type Key, toKey } from "../../src/core/key.ts";
import { Secret } from "../../src/core/secret.ts";
import { openConsul, startConsul } from "../support/consul.ts";
import { openEtcd, startEtcd } from "../support/etcd.ts";
import { opensslVerify, plain } from "./support.ts";

interface Subject extends AsyncDisposable {
  open(): Promise<Backend>;
  put(key: string, value: string): Promise<void>;
}

const SUBJECTS: Readonly<Record<string, () => Promise<Subject>>> = {
  async etcd() {
    const etcd = await startEtcd();
    return { open: async () => (await openEtcd([etcd.url])).backend, put: etcd.put, [Symbol.asyncDispose]: () => etcd[Symbol.asyncDispose]() };
  },
  async consul() {
    const consul = await startConsul();
    return { open: () => openConsul(consul.url), put: consul.put, [Symbol.asyncDispose]: () => consul[Symbol.asyncDispose]() };
  },
};

const DAY_MS = 86_400_000;

for (const [name, start] of Object.entries(SUBJECTS)) {
  describe(`ensureCertificate() with ${name}`, () => {
    let subject: Subject;
    before(async () => void (subject = await start()));
    after(() => subject?.[Symbol.asyncDispose]());

    const ensure = (prefix: string, change: Partial<EnsureOptions> = {}) => withStore(subject, prefix, (base) => ensureCertificate({ ...base, ...change }));

    test("of 50 callers at once one makes the pair, and all get it", async () => {
      const all = await Promise.all(Array.from({ length: 50 }, () => ensure("/fifty")));
      assert.deepEqual(outcomes(all), { made: 1, kept: 49 });
      assert.equal(new Set(all.map(({ certificate }) => certificate)).size, 1);
      assert.ok(all.every(({ certificate, privateKey }) => matches(certificate, privateKey)));
    });

    test("of 50 callers at once one renews the pair that is due, and all get the new one", async () => {
      const first = await ensure("/due");
      const clock = { now: () => Date.now() + 21 * DAY_MS };
      const all = await Promise.all(Array.from({ length: 50 }, () => ensure("/due", { clock })));
      assert.deepEqual(outcomes(all), { renewed: 1, kept: 49 });
      assert.equal(new Set(all.map(({ certificate }) => certificate)).size, 1);
      assert.notEqual(all[0]?.certificate, first.certificate);
    });

    test("what is in the store is sealed", async () => {
      const { certificate } = await ensure("/sealed");
      await using backend = await subject.open();
      const { entries } = await backend.read([toKey("/sealed")], { signal: AbortSignal.timeout(10_000) });
      assert.deepEqual(entries.map(({ key }) => key), ["/sealed/certificate", "/sealed/key"]);
      for (const { key, value } of entries) assert.ok(String(value).startsWith(`sealed:${key}:`));
      assert.ok(!JSON.stringify(entries).includes(certificate.slice(30, 60)));
    });

    test("a missing name is added to those that are there, and fewer are enough", async () => {
      await ensure("/names", { sans: ["a", "10.0.0.1"] });
      const more = await ensure("/names", { sans: ["b", "A"] });
      assert.deepEqual([more.outcome, more.description.sans], ["renewed", ["a", "10.0.0.1", "b"]]);
      assert.equal((await ensure("/names", { sans: ["a", "10.0.0.1"] })).outcome, "kept");
    });

    test("certificates of containers are signed by one authority out of the store", async () => {
      const containers = await Promise.all(
        Array.from({ length: 10 }, async (_, number) => {
          const ca = await withStore(subject, "/signed/ca", (base) => ensureAuthority({ ...base, name: "Small CA" }));
          return { ca, own: await ensure(`/signed/${number}`, { name: `container-${number}`, sans: [], ca }) };
        }),
      );
      assert.deepEqual(outcomes(containers.map(({ ca }) => ca)), { made: 1, kept: 9 });
      const [{ ca, own } = assert.fail()] = containers;
      assert.equal(new Set(containers.map(({ own }) => own.description.fingerprint)).size, 10);
      assert.equal(await opensslVerify(own.certificate, ca.certificate), "cert: OK");
      assert.equal((await ensure("/signed/0", { name: "container-0", sans: [], ca })).outcome, "kept");
      const other = await withStore(subject, "/signed/other", (base) => ensureAuthority({ ...base, name: "Small CA" }));
      assert.equal((await ensure("/signed/0", { name: "container-0", sans: [], ca: other })).outcome, "renewed");
    });

    test("keys that hold something else are left as they are", async () => {
      await subject.put("/half/key", "x");
      await assert.rejects(ensure("/half"), { code: "BACKEND_CONFLICT", message: /"\/half\/key" exists and "\/half\/certificate" does not$/ });
      await ensure("/torn");
      const { privateKey } = await ensure("/whole");
      await subject.put("/torn/key", await sealing.seal(toKey("/torn/key"), privateKey));
      await assert.rejects(ensure("/torn"), { code: "BACKEND_CONFLICT", message: /"\/torn\/key" does not belong to "\/torn\/certificate"$/ });
      await subject.put("/whole/key", "not sealed");
      await assert.rejects(ensure("/whole"), { message: "Cannot open" });
    });
  });
}

test("an authority is kept when it is old", async () => {
  await using subject = await SUBJECTS["etcd"]?.();
  assert.ok(subject);
  const first = await withStore(subject, "/ca", (base) => ensureAuthority(base));
  const later = await withStore(subject, "/ca", (base) => ensureAuthority({ ...base, clock: { now: () => Date.now() + 29 * DAY_MS } }));
  assert.deepEqual([later.outcome, describeCertificate(later.certificate).fingerprint], ["kept", first.description.fingerprint]);
});

/** Not secret, but bound to its key, and other than what it seals. */
const sealing: Sealing = {
  seal: async (key, content) => `sealed:${key}:${Buffer.from(String(content.reveal())).toString("base64")}`,
  async open(key: Key, value) {
    const [, at, text = ""] = String(value).split(":");
    if (at !== key) throw new AppError("BACKEND_DATA", "Cannot open");
    return new Secret(Buffer.from(text, "base64").toString());
  },
};

async function withStore(subject: Subject, prefix: string, act: (options: EnsureOptions) => Promise<EnsuredCertificate>): Promise<EnsuredCertificate> {
  await using backend = await subject.open();
  assert.ok(backend.writer);
  await using writer = await backend.writer();
  const store: CertificateStore = {
    async read(keys) {
      const { entries } = await backend.read(backend.cover(keys), { signal: AbortSignal.timeout(30_000) });
      return keys.map((key) => entries.find((entry) => entry.key === key)?.value);
    },
    swap: (swaps) => writer.swap(swaps),
  };
  return await act({ ...plain, store, sealing, keys: { certificate: toKey(`${prefix}/certificate`), privateKey: toKey(`${prefix}/key`) } });
}

function outcomes(all: readonly EnsuredCertificate[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of all) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
