import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import type { ErrorCode } from "../../src/core/error.ts";
import { looksSealed } from "../../src/secrets/crypt-message.ts";
import type { CryptOpener } from "../../src/secrets/openpgp.ts";
import { type TempDir, tempDir } from "../support/temp.ts";
import { base64, makeKey, openerOf, PATH, sealFor, writeKeyring } from "./crypt-support.ts";
import { refusal } from "./support.ts";

const VALUE = "correct horse battery staple";
const MIB = 1024 * 1024;
/** The header of data without integrity protection, and a packet that is skipped (RFC 4880, 4.3). */
const UNPROTECTED = 0xc9;
const SKIPPED = Buffer.from([0xc0 | 60, 0]);
const ZLIB = { preferredCompressionAlgorithm: openpgp.enums.compression.zlib };

describe("cryptOpener()", () => {
  let directory: TempDir;
  let key: Awaited<ReturnType<typeof makeKey>>;
  let open: CryptOpener;
  let sealed: Buffer;
  /** Where the data begins, behind the one session key. */
  let data: number;

  before(async () => {
    [directory, key] = [await tempDir(), await makeKey({ config: ZLIB })];
    open = await openerOf([await writeKeyring(directory, "secring.gpg", key.privateKey.write())]);
    sealed = Buffer.from(await sealFor([key.publicKey], gzipSync(VALUE)), "base64");
    data = 2 + (sealed[1] ?? 0);
  });
  after(() => directory?.[Symbol.asyncDispose]());

  const refuses = (value: string, code: ErrorCode, why: string) => assert.rejects(open(value, PATH), refusal(code, new RegExp(`^Cannot open the value of "/db/password" that crypt sealed: ${why}$`)));

  const MALFORMED: readonly (readonly [string, () => string | Promise<string>, string])[] = [
    ["that is empty", () => "", "it is empty"],
    ["of white space", () => " \n", "it is empty"],
    ["that is oversized", () => "A".repeat(512 * 1024 + 1), "it is longer than 512 KiB"],
    ["that is plain text", () => VALUE, "it is not base64"],
    ["of base64 with something else in it", () => base64(Buffer.from(VALUE)), "what is in the base64 is not an OpenPGP message for a public key"],
    ["of armored text", () => `-----BEGIN PGP MESSAGE-----\n\n${base64(sealed)}\n`, "it is not base64"],
    ["sealed with a passphrase", async () => base64((await openpgp.encrypt({ message: await openpgp.createMessage({ binary: gzipSync(VALUE) }), passwords: ["x"], format: "binary" })) as Uint8Array), "what is in the base64 is not an OpenPGP message for a public key"],
    ["cut within the session key", () => base64(sealed.subarray(0, data - 5)), "it is cut short"],
    ["cut behind the session key", () => base64(sealed.subarray(0, data)), "it is cut short"],
    ["cut within the data", () => base64(sealed.subarray(0, -1)), "it is cut short"],
    ["with a byte too many", () => base64(Buffer.concat([sealed, Buffer.alloc(1)])), "there is something behind the OpenPGP message"],
    ["that is there twice", () => base64(Buffer.concat([sealed, sealed])), "there is something behind the OpenPGP message"],
    ["without integrity protection", () => base64(Buffer.concat([sealed.subarray(0, data), Buffer.from([UNPROTECTED]), sealed.subarray(data + 1)])), "it has no integrity protection: nobody could tell whether it was changed"],
    ["with another packet in place of the data", () => base64(Buffer.concat([sealed.subarray(0, data), SKIPPED])), "the OpenPGP message in it is damaged"],
    ["that names a key id twice", () => base64(Buffer.concat([sealed.subarray(0, data), sealed])), "it names a key id twice"],
    ["for 65 keys", () => base64(Buffer.concat([...anonymous(65), sealed.subarray(data)])), "it is for more than 64 keys"],
    ["in which is no gzip", () => sealFor([key.publicKey], Buffer.from(VALUE)), "what is in the OpenPGP message is not gzip, as crypt writes it"],
    ["in which is a part of a gzip", () => sealFor([key.publicKey], gzipSync(VALUE).subarray(0, -4)), "what is in the OpenPGP message is not gzip, as crypt writes it"],
    ["that unpacks to 50 MiB", () => sealFor([key.publicKey], gzipSync(Buffer.alloc(50 * MIB))), "it unpacks to more than 2 MiB"],
    ["that OpenPGP unpacks to 3 MiB", () => sealFor([key.publicKey], Buffer.alloc(3 * MIB), { config: ZLIB }), "it unpacks to more than 2 MiB"],
  ];
  for (const [what, value, why] of MALFORMED) test(`refuses a value ${what}`, async () => refuses(await value(), "SECRET_MALFORMED", why));

  test("refuses a value of which any one bit of its data is another", async () => {
    for (let bit = (data + 3) * 8; bit < sealed.length * 8; bit += 7) await refuses(base64(flipped(sealed, bit)), "SECRET_TAMPERED", "it was changed after it was sealed");
  });

  test("refuses a value whose session key was changed, or is one for somebody else under this key's id", async () => {
    await refuses(base64(flipped(sealed, (data - 4) * 8)), "SECRET_TAMPERED", "it was changed after it was sealed");
    const others = Buffer.from(await sealFor([(await makeKey()).publicKey], gzipSync(VALUE)), "base64");
    sealed.copy(others, 3, 3, 11);
    await refuses(base64(others), "SECRET_TAMPERED", "it was changed after it was sealed");
  });

  test("opens a value wrapped into lines, or with a line end behind it", async () => {
    const text = base64(sealed);
    for (const value of [`${text}\n`, `${text.slice(0, 64)}\r\n${text.slice(64)}\r\n`]) assert.equal(Buffer.from(await open(value, PATH)).toString(), VALUE);
  });

  test("opens a value that does not say whom it is for", async () => {
    assert.equal(Buffer.from(await open(await sealFor([key.publicKey], gzipSync(VALUE), { wildcard: true }), PATH)).toString(), VALUE);
  });

  test("takes a value of crypt's for one, damaged or not, and no word that happens to be base64", () => {
    for (const value of [base64(sealed), base64(sealed.subarray(0, 40))]) assert.equal(looksSealed(value), true);
    for (const word of ["", "host", "wait", "hash", "hQEM", "wcBM", "hashhashhashhash", "0", VALUE]) assert.equal(looksSealed(word), false, word);
  });

  /** The session key as often as wanted, each for a key that it does not name. */
  function anonymous(times: number): Buffer[] {
    const packet = Buffer.from(sealed.subarray(0, data)).fill(0, 3, 11);
    return Array.from({ length: times }, () => packet);
  }
});

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
