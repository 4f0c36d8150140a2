import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { createAuthority, issueCertificate } from "../../src/certificates/issue.ts";
import { keyText, opensslText, opensslVerify, plain } from "./support.ts";

describe("issueCertificate()", () => {
  test("makes a certificate that openssl takes as its own trust anchor, for servers and clients", async () => {
    const { certificate } = await issueCertificate(plain);
    for (const purpose of ["sslserver", "sslclient"]) assert.equal(await opensslVerify(certificate, certificate, "-purpose", purpose), "cert: OK");
    assert.equal(await opensslVerify(certificate, certificate, "-verify_hostname", "localhost"), "cert: OK");
    assert.equal(await opensslVerify(certificate, certificate, "-verify_ip", "::1"), "cert: OK");
    assert.match(await opensslVerify(certificate, certificate, "-verify_hostname", "elsewhere"), /hostname mismatch/i);
  });

  test("writes the fields that openssl reads", async () => {
    const clock = { now: () => Date.UTC(2030, 0, 2, 3, 4, 5, 678) };
    const text = await opensslText((await issueCertificate({ ...plain, clock, sans: ["*.Example.org", "10.0.0.1", "FD00:0:0::1", "::ffff:10.0.0.2", "10.0.0.1"] })).certificate);
    assert.match(text, /Subject: CN=logstash\n/);
    assert.match(text, /Not Before: Jan {2}2 02:59:05 2030 GMT/);
    assert.match(text, /Not After : Feb {2}1 03:04:05 2030 GMT/);
    assert.match(text, /DNS:\*\.example\.org, IP Address:10\.0\.0\.1, IP Address:FD00:0:0:0:0:0:0:1, IP Address:0:0:0:0:0:FFFF:A00:2\n/);
    assert.match(text, /Basic Constraints: critical\n\s+CA:TRUE, pathlen:0\n/);
    assert.match(text, /Key Usage: critical\n\s+Digital Signature, Certificate Sign\n/);
    assert.match(text, /Extended Key Usage: ?\n\s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
    assert.match(text, /NIST CURVE: P-256\n/);
    assert.equal(identifier(text, "Subject"), identifier(text, "Authority"));
  });

  test("gives each certificate a serial number of 128 bits", async () => {
    const serials = new Set<string>();
    for (let made = 0; made < 8; made++) serials.add(/Serial Number:\n\s+([\da-f:]+)/.exec(await opensslText((await issueCertificate(plain)).certificate))?.[1] ?? "");
    assert.equal(serials.size, 8);
    assert.ok([...serials].some((serial) => serial.split(":").length >= 16), [...serials].join(" "));
  });

  test("makes RSA keys for those that want them", async () => {
    const { certificate, privateKey } = await issueCertificate({ ...plain, key: "rsa-2048" });
    assert.equal(await opensslVerify(certificate, certificate), "cert: OK");
    const text = await opensslText(certificate);
    assert.match(text, /Public-Key: \(2048 bit\)/);
    assert.match(text, /Digital Signature, Key Encipherment, Certificate Sign\n/);
    assert.match(String(privateKey.reveal()), /^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/);
  });

  test("keeps the private key out of what is printed", async () => {
    const pair = await issueCertificate(plain);
    assert.equal(createPrivateKey(keyText(pair)).asymmetricKeyType, "ec");
    assert.doesNotMatch(`${inspect(pair)} ${JSON.stringify(pair)}`, /PRIVATE KEY/);
  });

  test("writes names as they are", async () => {
    for (const name of ["#3132", 'a, "b" + CN=c\\', "größer 🐟"]) {
      const text = await opensslText((await issueCertificate({ ...plain, name })).certificate);
      const shown = name.replaceAll(/[",+\\]/g, "\\$&").replace(/^#/, "\\#");
      assert.equal(/Subject: CN=(.*)\n/.exec(text)?.[1], shown);
    }
  });
});

describe("issueCertificate() with an authority", () => {
  test("makes a certificate that is trusted through it, and signs for nobody else", async () => {
    for (const key of ["p256", "rsa-3072"] as const) {
      const ca = await createAuthority({ ...plain, name: "Small CA", key });
      const { certificate, chain } = await issueCertificate({ ...plain, ca });
      assert.equal(await opensslVerify(certificate, ca.certificate, "-purpose", "sslserver", "-verify_ip", "127.0.0.1"), "cert: OK");
      assert.match(await opensslVerify(certificate, certificate), /error/);
      const [text, authority] = [await opensslText(certificate), await opensslText(ca.certificate)];
      assert.match(text, /Issuer: CN=Small CA\n[\s\S]*CA:FALSE\n[\s\S]*Digital Signature\n/);
      assert.match(authority, /CA:TRUE, pathlen:0\n[\s\S]*Certificate Sign, CRL Sign\n/);
      assert.equal(identifier(text, "Authority"), identifier(authority, "Subject"));
      assert.equal(chain, certificate + ca.certificate);
    }
  });

  test("makes one for the name that the authority has", async () => {
    const ca = await createAuthority(plain);
    assert.equal(await opensslVerify((await issueCertificate({ ...plain, ca })).certificate, ca.certificate), "cert: OK");
  });

  test("makes none that outlives the authority", async () => {
    const ca = await createAuthority({ ...plain, days: 10 });
    const [ours, theirs] = await Promise.all([(await issueCertificate({ ...plain, days: 90, ca })).certificate, ca.certificate].map(opensslText));
    assert.equal(/Not After : (.*)/.exec(ours ?? "")?.[1], /Not After : (.*)/.exec(theirs ?? "")?.[1]);
  });

  test("refuses what is no authority, another's key and one that ends within a day", async () => {
    const ca = await createAuthority(plain);
    const other = await createAuthority(plain);
    const leaf = await issueCertificate({ ...plain, ca });
    const late = { now: () => Date.now() + 29.5 * 86_400_000 };
    const refused: [object, RegExp][] = [
      [{ ca: leaf }, /^Cannot make a certificate for "logstash" with its authority: "CN=logstash" is not a certificate authority$/],
      [{ ca: { ...ca, privateKey: other.privateKey } }, /its private key does not belong to its certificate$/],
      [{ ca: { ...ca, certificate: "x" } }, /it is not a certificate in PEM$/],
      [{ ca, clock: late }, /it expires on /],
    ];
    for (const [change, message] of refused) await assert.rejects(issueCertificate({ ...plain, ...change }), { code: "CONFIG_INVALID", message });
  });
});

function identifier(text: string, whose: "Subject" | "Authority"): string {
  return /[\dA-F:]{59}/.exec(text.slice(text.indexOf(`${whose} Key Identifier`)))?.[0] ?? assert.fail(`No ${whose} Key Identifier`);
}
