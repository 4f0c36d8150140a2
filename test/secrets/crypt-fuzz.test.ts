import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { AppError } from "../../src/core/error.ts";
import type { CryptOpener } from "../../src/secrets/openpgp.ts";
import { type TempDir, tempDir } from "../support/temp.ts";
import { base64, makeKey, openerOf, PATH, sealFor, writeKeyring } from "./crypt-support.ts";

// "npm run fuzz" asks for more; a failure prints its seed and the smallest case.
const TIMES = Number(process.env["REMORA_FUZZ"] ?? "1");
const KNOWN = new Set(["SECRET_MALFORMED", "SECRET_KEY_MISSING", "SECRET_TAMPERED"]);
const CANARY = "correct horse battery staple";
/** One that takes that long was made to keep us busy; a thousand times what one takes. */
const LONGEST_MS = 5_000;

const SESSION_KEY = Buffer.from([0xc1]);
const position = fc.nat({ max: 600 });
const bytes = fc.uint8Array({ maxLength: 40 });
/** Parts that are replaced, as often as wanted: where, how many bytes (as many as are put there, unless told), by what. */
const cuts = fc.array(fc.tuple(position, fc.option(fc.nat({ max: 30 }), { nil: undefined }), fc.oneof(bytes, fc.constantFrom(...packetHeads()))), { minLength: 1, maxLength: 4 });
/** One bit here and there is another. */
const flips = fc.array(fc.tuple(position, fc.nat({ max: 7 })), { minLength: 1, maxLength: 6 });

describe("Whatever stands in the store", () => {
  let directory: TempDir;
  let key: Awaited<ReturnType<typeof makeKey>>;
  let open: CryptOpener;
  let sealed: readonly Buffer[];

  before(async () => {
    [directory, key] = [await tempDir(), await makeKey()];
    const other = await makeKey();
    open = await openerOf([await writeKeyring(directory, "secring.gpg", key.privateKey.write())]);
    const values = [sealFor([key.publicKey], gzipSync(CANARY)), sealFor([other.publicKey, key.publicKey], gzipSync(CANARY)), sealFor([key.publicKey], gzipSync(CANARY), { wildcard: true })];
    sealed = (await Promise.all(values)).map((value) => Buffer.from(value, "base64"));
  });
  after(() => directory?.[Symbol.asyncDispose]());

  /** It opens as what was sealed, or is refused for a reason; neither takes long. */
  async function holds(value: string): Promise<void> {
    const start = performance.now();
    try {
      assert.equal(Buffer.from(await open(value, PATH)).toString(), CANARY);
    } catch (thrown) {
      assert.ok(thrown instanceof AppError && KNOWN.has(thrown.code), String(thrown));
      assert.ok(!thrown.message.includes(CANARY));
    }
    assert.ok(performance.now() - start < LONGEST_MS, "it took too long");
  }

  test("of messages with parts replaced, cut out or put in, none opens as something else", async () => {
    const mangled = fc.asyncProperty(fc.nat({ max: 2 }), cuts, (which, places) => holds(base64(mangle(sealed[which], places))));
    await fc.assert(mangled, { numRuns: 1_000 * TIMES });
  });

  test("of messages with bits flipped, none opens as something else", async () => {
    const flipped = fc.asyncProperty(fc.nat({ max: 2 }), flips, (which, places) => {
      const copy = Buffer.from(sealed[which] ?? []);
      for (const [at, bit] of places) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << bit);
      return holds(base64(copy));
    });
    await fc.assert(flipped, { numRuns: 1_000 * TIMES });
  });

  test("text of any kind is refused", async () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), bytes.map((some) => base64(Buffer.concat([SESSION_KEY, some]))));
    await fc.assert(fc.asyncProperty(text, (value) => holds(value)), { numRuns: 2_000 * TIMES });
  });

  test("of contents that somebody sealed who has the public key, none opens but gzip that is whole", async () => {
    const content = fc.oneof(bytes, cuts.map((places) => mangle(gzipSync(CANARY), places)));
    await fc.assert(fc.asyncProperty(content, async (plain) => holds(await sealFor([key.publicKey], plain))), { numRuns: 300 * TIMES });
  });
});

test("Of keyrings with parts replaced none keeps the others from opening", async () => {
  await using directory = await tempDir();
  const [key, other] = [await makeKey(), await makeKey()];
  const value = await sealFor([key.publicKey], gzipSync(CANARY));
  const good = await writeKeyring(directory, "good.gpg", key.privateKey.write());
  const forms = [Buffer.from(other.privateKey.write()), Buffer.from(other.privateKey.armor())];
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1 }), cuts, async (which, places) => {
      const open = await openerOf([await writeKeyring(directory, "damaged.gpg", mangle(forms[which], places)), good]);
      assert.equal(Buffer.from(await open(value, PATH)).toString(), CANARY);
    }),
    { numRuns: 150 * TIMES },
  );
});

function mangle(content: Buffer = Buffer.alloc(0), places: readonly (readonly [number, number | undefined, Uint8Array])[]): Buffer {
  return places.reduce<Buffer>((now, [at, length, put]) => {
    const start = at % (now.length + 1);
    return Buffer.concat([now.subarray(0, start), put, now.subarray(start + (length ?? put.length))]);
  }, content);
}

/** The beginnings of packets of all kinds, in the newer form and the older, with lengths that are odd. */
function packetHeads(): Uint8Array[] {
  return Array.from({ length: 64 }, (_, tag) => [Uint8Array.of(0xc0 | tag, 0), Uint8Array.of(0xc0 | tag, 0xff, 0xff, 0xff, 0xff, 0xff), Uint8Array.of(0xc0 | tag, 0xfe), Uint8Array.of(0x80 | ((tag & 15) << 2) | (tag >> 4))]).flat();
}
