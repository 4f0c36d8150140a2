import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeCertificate, matches, renewalDue } from "../../src/certificates/describe.ts";
import { createAuthority, issueCertificate } from "../../src/certificates/issue.ts";
import { Secret } from "../../src/core/secret.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { plain } from "./support.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("describeCertificate()", () => {
  test("tells what is in a certificate", async () => {
    const now = Date.UTC(2030, 0, 1);
    const ca = await createAuthority({ ...plain, clock: { now: () => now }, name: "Small CA" });
    const { certificate } = await issueCertificate({ ...plain, clock: { now: () => now }, ca });
    const { fingerprint, ...described } = describeCertificate(certificate);
    assert.deepEqual(described, { subject: "CN=logstash", issuer: "CN=Small CA", sans: ["localhost", "127.0.0.1", "::1"], notBefore: new Date(now - 300_000), notAfter: new Date(now + 30 * DAY_MS) });
    const { stdout } = await runProgram([requireProgram("openssl"), "x509", "-noout", "-fingerprint", "-sha256"], { input: certificate });
    assert.equal(stdout.trim().split("=")[1], fingerprint);
  });

  test("reads the years after 2049", async () => {
    const { certificate } = await issueCertificate({ ...plain, days: 36_500, clock: { now: () => Date.UTC(2030, 0, 1) } });
    assert.equal(describeCertificate(certificate).notAfter.getTime(), Date.UTC(2030, 0, 1) + 36_500 * DAY_MS);
  });

  test("refuses what is no certificate", () => {
    for (const text of ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]) assert.throws(() => describeCertificate(text), { code: "BACKEND_DATA" });
  });
});

describe("renewalDue()", () => {
  const [notBefore, notAfter] = [new Date(0), new Date(90 * DAY_MS)];

  test("begins after two thirds of the life", () => {
    assert.equal(renewalDue({ notBefore, notAfter }, 60 * DAY_MS - 1), false);
    assert.equal(renewalDue({ notBefore, notAfter }, 60 * DAY_MS), true);
    assert.equal(renewalDue({ notBefore, notAfter }, 100 * DAY_MS), true);
  });

  test("begins an hour before the end of a short life", () => {
    const short = { notBefore, notAfter: new Date(2 * HOUR_MS) };
    assert.equal(renewalDue(short, HOUR_MS - 1), false);
    assert.equal(renewalDue(short, HOUR_MS), true);
  });
});

describe("matches()", () => {
  test("tells whose key it is", async () => {
    const [a, b] = [await issueCertificate(plain), await issueCertificate({ ...plain, key: "rsa-2048" })];
    assert.equal(matches(a.certificate, a.privateKey), true);
    assert.equal(matches(b.certificate, b.privateKey), true);
    assert.equal(matches(a.certificate, b.privateKey), false);
  });

  test("does not repeat a key that cannot be read", async () => {
    const { certificate } = await issueCertificate(plain);
    assert.throws(() => matches(certificate, new Secret("hunter2")), (error: Error) => !String(error.stack).includes("hunter2") && error.message.includes("not a PEM key"));
  });
});
