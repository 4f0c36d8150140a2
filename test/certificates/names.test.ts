import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuthority, issueCertificate } from "../../src/certificates/issue.ts";
import { toAlternativeName, toAlternativeNames } from "../../src/certificates/names.ts";
import { plain } from "./support.ts";

test("DNS names and IP addresses are told apart", () => {
  const found = Object.fromEntries(["web", "Web_1.example.org", "*.example.org", "10.0.0.1", "fd00::1", "FD00:0:0:0:0:0:0:1", "::ffff:10.0.0.1"].map((text) => [text, toAlternativeName(text)]));
  assert.deepEqual(found, {
    web: { type: "dns", value: "web" },
    "Web_1.example.org": { type: "dns", value: "web_1.example.org" },
    "*.example.org": { type: "dns", value: "*.example.org" },
    "10.0.0.1": { type: "ip", value: "10.0.0.1" },
    "fd00::1": { type: "ip", value: "fd00::1" },
    "FD00:0:0:0:0:0:0:1": { type: "ip", value: "fd00::1" },
    "::ffff:10.0.0.1": { type: "ip", value: "::ffff:a00:1" },
  });
});

test("what is neither is refused", () => {
  const long = `${"a".repeat(63)}.`.repeat(4);
  for (const text of ["", "*", "a b", "-a", "a-", "a..b", "a.", "10.0.0", "10.0.0.256", "10.0.0.01", "1.2.3.4.5", "fe80::1%eth0", "::1]/", ":", "[::1]", "a/b", "a,DNS:b", "müller.de", "a.*.b", "a".repeat(64), `${long}a`]) {
    assert.equal(toAlternativeName(text), undefined, text);
  }
});

test("the name itself is the one that a certificate without others is for", () => {
  assert.deepEqual(toAlternativeNames("web", []), [{ type: "dns", value: "web" }]);
  assert.throws(() => toAlternativeNames("Our web", []), { code: "CONFIG_INVALID", message: 'Cannot make a certificate for "Our web": "Our web" is not a DNS name or an IP address', hint: /--san/ });
});

test("bad names, addresses and days are refused with what they are", async () => {
  const refused: [Parameters<typeof issueCertificate>[0], RegExp][] = [
    [{ ...plain, name: "" }, /1 to 64 printable characters$/],
    [{ ...plain, name: "a\nb" }, /1 to 64 printable characters$/],
    [{ ...plain, name: "a".repeat(65) }, /1 to 64 printable characters$/],
    [{ ...plain, sans: ["web", "10.0.0.300"] }, /: "10\.0\.0\.300" is not a DNS name or an IP address$/],
    ...[0, -1, 1.5, Number.NaN, 36_501].map((days): [Parameters<typeof issueCertificate>[0], RegExp] => [{ ...plain, days }, /is not a number of days from 1 to 36500$/]),
  ];
  for (const [request, message] of refused) await assert.rejects(issueCertificate(request), { code: "CONFIG_INVALID", message });
  await assert.rejects(createAuthority({ ...plain, days: 0 }), { code: "CONFIG_INVALID", message: /^Cannot make the authority "logstash": 0 is not/ });
});
