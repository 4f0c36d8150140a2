import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AppError } from "../../src/core/error.ts";
import type { Key } from "../../src/core/key.ts";
import { parsePrivateKeys, parsePublicKey, type PublicKey } from "../../src/secrets/keys.ts";
import { seal } from "../../src/secrets/seal.ts";
import { ALICE, BOB, CAROL, openWithKeys, PASSWORD, withBytes } from "./support.ts";

// "npm run fuzz" asks for more; a failure prints its seed and the smallest case.
const TIMES = Number(process.env["REMORA_FUZZ"] ?? "1");
const KNOWN = new Set(["SECRET_MALFORMED", "SECRET_KEY_MISSING", "SECRET_WRONG_PATH", "SECRET_TAMPERED"]);

const CANARY = "correct horse battery staple";
const HOLDERS = [ALICE, BOB];
const SEALED = [
  seal({ content: Buffer.from(CANARY), path: PASSWORD, recipients: [ALICE.publicKey] }),
  seal({ content: Buffer.from(CANARY), path: PASSWORD, recipients: [CAROL.publicKey, BOB.publicKey] }),
  seal({ content: Buffer.from(CANARY), path: undefined, recipients: [BOB.publicKey, ALICE.publicKey, CAROL.publicKey] }),
];

const path = fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).map((text) => `/${text}` as Key);
const envelope = fc.constantFrom(...SEALED);
const position = fc.nat({ max: 400 });
const piece = fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom("", ":", "+", "=", "\n", "A", "v1", "remora:v1:", ALICE.id, BOB.id, CAROL.id));

/** Damage of the text: a part replaced by another, as often as wanted. */
const mangledText = fc.tuple(envelope, fc.array(fc.tuple(position, fc.nat({ max: 30 }), piece), { minLength: 1, maxLength: 4 })).map(([text, cuts]) =>
  cuts.reduce((now, [at, length, put]) => now.slice(0, at % (now.length + 1)) + put + now.slice((at % (now.length + 1)) + length), text),
);

/** Damage of the sealed bytes in an envelope that is well-formed otherwise. */
const mangledBytes = fc.tuple(envelope, fc.array(fc.tuple(position, fc.nat({ max: 255 })), { maxLength: 6 }), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 40 })).map(([text, changes, cut, more]) =>
  withBytes(text, (bytes) => {
    for (const [at, mask] of changes) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
    return Buffer.concat([bytes.subarray(0, bytes.length - cut), more]);
  }),
);

const nonsense = fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 300 }).map((bytes) => `remora:v1:${ALICE.id}:${Buffer.from(bytes).toString("base64")}`));

describe("open() of what may be damaged", () => {
  for (const [what, damaged, runs] of [
    ["whose text was mangled", mangledText, 6_000],
    ["whose bytes were mangled", mangledBytes, 6_000],
    ["that is nonsense", nonsense, 3_000],
  ] as const) {
    test(`answers what was sealed or a known error for an envelope ${what}, and shows nothing of the value`, () => {
      fc.assert(fc.property(damaged, (text) => assertSound(text)), { numRuns: runs * TIMES });
    });
  }

  test("answers any content for any key and any recipients", () => {
    const recipients = fc.uniqueArray(fc.constantFrom(ALICE, BOB, CAROL), { minLength: 1 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.option(path, { nil: undefined }), recipients, (content, at, keys) => {
        const text = seal({ content, path: at, recipients: keys.map(({ publicKey }) => publicKey) as [PublicKey, ...PublicKey[]] });
        for (const key of keys) assert.deepEqual(Buffer.from(openWithKeys(text, [key], at ?? PASSWORD).content), Buffer.from(content));
      }),
      { numRuns: 500 * TIMES },
    );
  });

  test("opens a value at the key that it was sealed for alone", () => {
    fc.assert(
      fc.property(path, path, (sealedFor, at) => {
        const text = seal({ content: Buffer.from(CANARY), path: sealedFor, recipients: [ALICE.publicKey] });
        const same = Buffer.from(sealedFor).equals(Buffer.from(at));
        assert.equal(codeOf(() => openWithKeys(text, [ALICE], at)), same ? undefined : "SECRET_WRONG_PATH");
      }),
      { numRuns: 500 * TIMES },
    );
  });
});

describe("keys that may be damaged", () => {
  const keyText = fc.tuple(fc.constantFrom("remora-private-key:v1:", "remora-public-key:v1:", "# ", ""), fc.oneof(fc.uint8Array({ minLength: 30, maxLength: 34 }).map((bytes) => Buffer.from(bytes).toString("base64")), fc.string({ unit: "binary" }))).map((parts) => parts.join(""));

  test("are keys or a known error", () => {
    fc.assert(
      fc.property(fc.array(keyText, { maxLength: 4 }), (lines) => {
        assert.ok([undefined, "KEYRING_INVALID"].includes(codeOf(() => parsePrivateKeys(lines.join("\n"), "key"))));
        assert.ok([undefined, "USAGE"].includes(codeOf(() => parsePublicKey(lines.join("\n")))));
      }),
      { numRuns: 2_000 * TIMES },
    );
  });
});

function assertSound(text: string): void {
  try {
    assert.equal(Buffer.from(openWithKeys(text, HOLDERS).content).toString(), CANARY);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !KNOWN.has(thrown.code)) throw thrown;
    assert.ok(!thrown.message.includes(CANARY) && thrown.message.length < 2_000, thrown.message);
  }
}

/** The code of the error that an act ends with; undefined when it ends well. */
function codeOf(act: () => unknown): string | undefined {
  try {
    return void act();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code;
    throw thrown;
  }
}
