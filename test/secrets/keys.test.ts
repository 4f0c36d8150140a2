import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { AppError } from "../../src/core/error.ts";
import { formatPrivateKeyFile, formatPublicKey, generateKey, parsePrivateKeys, parsePublicKey } from "../../src/secrets/keys.ts";
import { ALICE, BOB, refusal } from "./support.ts";

const SECRET_PART = Buffer.alloc(32, 1).toString("base64");
const ALICE_FILE = formatPrivateKeyFile(ALICE, "2026-01-31");

describe("a private key file", () => {
  test("says the id, the date and the public key as comments, and holds the key in its last line", () => {
    assert.equal(ALICE_FILE, `# Remora private key, id ${ALICE.id}, made 2026-01-31\n# ${formatPublicKey(ALICE.publicKey)}\nremora-private-key:v1:${SECRET_PART}\n`);
  });

  test("holds what keygen made", () => {
    const key = generateKey();
    assert.deepEqual(parsePrivateKeys(formatPrivateKeyFile(key, "2026-01-31"), "key").map(({ id }) => id), [key.id]);
  });

  test("may hold several keys, blank lines and Windows line breaks", () => {
    const text = `${ALICE_FILE}\n\n${formatPrivateKeyFile(BOB, "2026-01-31")}`.replaceAll("\n", "\r\n");
    assert.deepEqual(parsePrivateKeys(text, "key").map(({ id }) => id), [ALICE.id, BOB.id]);
  });

  for (const [what, text, why, line] of [
    ["that is empty", "", /there is no key in it/, undefined],
    ["of comments alone", "# nothing\n", /there is no key in it/, undefined],
    ["with a damaged key", `# one\nremora-private-key:v1:${SECRET_PART.slice(0, -4)}\n`, /the key on this line is damaged/, 2],
    ["with a word behind the key", `remora-private-key:v1:${SECRET_PART} x`, /the key on this line is damaged/, 1],
    ["of another version", `remora-private-key:v2:${SECRET_PART}`, /this line is no private key/, 1],
    ["with a public key", `${ALICE_FILE}${formatPublicKey(BOB.publicKey)}\n`, /it holds a public key/, 4],
    ["with a bare key", `\n\n${SECRET_PART}\n`, /this line is no private key/, 3],
  ] as const) {
    test(`${what} is refused with its name and line, and nothing of the key`, () => {
      assert.throws(() => parsePrivateKeys(text, "/keys/web.key"), (thrown) => {
        assert.ok(thrown instanceof AppError && thrown.code === "KEYRING_INVALID");
        assert.match(thrown.message, why);
        assert.match(thrown.message, /^Cannot use the key file "\/keys\/web.key": /);
        assert.deepEqual(thrown.at, { file: "/keys/web.key", line });
        assert.ok(!inspect(thrown, { depth: 9 }).includes(SECRET_PART.slice(0, 20)));
        return true;
      });
    });
  }

  test("shows nothing of its keys when they are printed", () => {
    const printed = inspect(ALICE, { depth: 9, showHidden: true }) + JSON.stringify(ALICE);
    assert.ok(!printed.includes(SECRET_PART) && !printed.includes("01".repeat(32)) && !printed.includes("1, 1, 1, 1"), printed);
  });
});

describe("a public key", () => {
  const text = formatPublicKey(ALICE.publicKey);

  test("is one line, and has the id of its private key", () => {
    assert.match(text, /^remora-public-key:v1:[A-Za-z0-9+/]{43}=$/);
    assert.equal(parsePublicKey(` ${text}\n`).id, ALICE.id);
  });

  test("that is a private key is refused, and not shown", () => {
    assert.throws(() => parsePublicKey(`remora-private-key:v1:${SECRET_PART}`), refusal("USAGE", /^Cannot seal for this key: it is a private key$/));
  });

  test("that is something else is refused, and not shown: it may be a secret", () => {
    assert.throws(() => parsePublicKey(SECRET_PART), refusal("USAGE", /^Cannot seal for this key: it is not a public key$/));
  });

  test("with a private key behind it is refused, and nothing of that one shown", () => {
    for (const between of ["", "\n", " "]) {
      assert.throws(() => parsePublicKey(`remora-public-key:v1:${between}remora-private-key:v1:${SECRET_PART}`), refusal("USAGE", /^Cannot seal for "remora-public-key:v1:(remora)?\.\.\.": it is damaged$/));
    }
  });

  test("that is damaged is named by its first characters alone: they may be a private key's", () => {
    assert.throws(() => parsePublicKey(`remora-public-key:v1:${SECRET_PART}A`), refusal("USAGE", new RegExp(`^Cannot seal for "remora-public-key:v1:${SECRET_PART.slice(0, 8)}\\.\\.\\.": it is damaged$`)));
  });

  test("that is damaged is refused", () => {
    for (const damaged of [text.slice(0, -2), `${text.slice(0, -1)}A`, `${text} x`]) assert.throws(() => parsePublicKey(damaged), refusal("USAGE", /it is damaged$/));
  });

  test("in a second form of the same key is refused: its owner would not know its id", () => {
    const bytes = Buffer.from(ALICE.publicKey.bytes);
    bytes.writeUInt8(bytes.readUInt8(31) | 0x80, 31);
    assert.throws(() => parsePublicKey(formatPublicKey({ id: "", bytes })), refusal("USAGE", /it is damaged$/));
  });

  test("of low order is refused: everybody shares the same with it", () => {
    const points = ["00".repeat(32), `01${"00".repeat(31)}`, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", `ec${"ff".repeat(30)}7f`];
    for (const point of points) assert.throws(() => parsePublicKey(formatPublicKey({ id: "", bytes: Buffer.from(point, "hex") })), refusal("USAGE", /everybody could open what is sealed for it$/));
  });
});
