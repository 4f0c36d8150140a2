import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Key } from "../../src/core/key.ts";
import { type PublicKey, privateKeyOf } from "../../src/secrets/keys.ts";
import { seal } from "../../src/secrets/seal.ts";
import { requirePython } from "../support/requires.ts";
import { runProgram } from "../support/process.ts";
import { openWithKeys } from "./support.ts";

interface Vectors {
  readonly keys: Readonly<Record<string, { readonly private: string; readonly public: string; readonly id: string }>>;
  readonly cases: readonly { readonly name: string; readonly path: Key | null; readonly content: string; readonly recipients: readonly string[]; readonly ephemeral: string; readonly nonce: string; readonly envelope: string }[];
}

const VECTORS = new URL("vectors.json", import.meta.url).pathname;
const PROGRAM = new URL("../programs/seal-vectors.ts", import.meta.url).pathname;
const BUN = new URL("../../node_modules/.bin/bun", import.meta.url).pathname;

const { keys, cases } = JSON.parse(readFileSync(VECTORS, "utf8")) as Vectors;
const PEER = new URL("../programs/nacl-peer.py", import.meta.url).pathname;

describe("the keys of the test vectors", () => {
  for (const [name, key] of Object.entries(keys)) {
    test(`the private key "${name}" has its public key and id`, () => {
      const { id, publicKey } = privateKeyOf(decoded(key.private));
      assert.deepEqual({ id, public: Buffer.from(publicKey.bytes).toString("base64") }, { id: key.id, public: key.public });
    });
  }
});

for (const { name, path, content, recipients, ephemeral, nonce, envelope } of cases) {
  describe(`the test vector "${name}"`, () => {
    const to = recipients.map((recipient) => keyOf(recipient).publicKey) as [PublicKey, ...PublicKey[]];

    test("comes out of sealing, byte for byte", () => {
      assert.equal(seal({ content: decoded(content), path: path ?? undefined, recipients: to }, { key: privateKeyOf(decoded(ephemeral)), nonce: decoded(nonce) }), envelope);
    });

    test("comes out of libsodium, byte for byte", async () => {
      const publics = recipients.map((recipient) => keys[recipient]?.public);
      assert.equal(await peer({ do: "seal", path, content, publics, ephemeral, nonce }), envelope);
    });

    test("opens with the key of each recipient", () => {
      for (const recipient of recipients) {
        const opened = openWithKeys(envelope, [keyOf(recipient)], path ?? ("/anywhere" as Key));
        assert.deepEqual({ content: Buffer.from(opened.content).toString("base64"), bound: opened.bound }, { content, bound: path !== null });
      }
    });
  });
}

test("the vector that the page of the format writes out is the first one", () => {
  const page = readFileSync(new URL("../../docs/secrets.md", import.meta.url), "utf8");
  const [vector] = cases;
  assert.ok(vector?.path);
  const key = keys[vector.recipients[0] ?? ""];
  const parts = decoded(vector.envelope.slice(vector.envelope.lastIndexOf(":") + 1));
  const inHex = [decoded(key?.private ?? ""), decoded(key?.public ?? ""), decoded(vector.ephemeral), Buffer.from(vector.path), decoded(vector.content), parts.subarray(0, 32), parts.subarray(32, 56), parts.subarray(56, 72), parts.subarray(72)];
  for (const bytes of inHex) assert.match(page, new RegExp(` ${Buffer.from(bytes).toString("hex")}$`, "m"));
  assert.ok(page.includes(`\n${vector.envelope}\n`));
});

test("all vectors come out of Bun's cryptography as well", async () => {
  const { code, stdout, stderr } = await runProgram([BUN, PROGRAM, VECTORS]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), cases.map(({ envelope, content }) => ({ envelope, content })));
});

test("libsodium opens what was sealed with fresh keys and nonces", async () => {
  const [one, two] = [keyOf("one"), keyOf("two")];
  const envelope = seal({ content: Buffer.from("hunter2"), path: "/db/password" as Key, recipients: [one.publicKey, two.publicKey] });
  for (const name of ["one", "two"]) {
    assert.equal(Buffer.from(await peer({ do: "open", envelope, path: "/db/password", private: keys[name]?.private }), "base64").toString(), "hunter2");
  }
});

async function peer(request: object): Promise<string> {
  const { code, stdout, stderr } = await runProgram([requirePython("nacl"), PEER], { input: JSON.stringify(request) });
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

function keyOf(name: string): ReturnType<typeof privateKeyOf> {
  const key = keys[name];
  assert.ok(key !== undefined, `no key "${name}"`);
  return privateKeyOf(decoded(key.private));
}

function decoded(base64: string): Uint8Array {
  return Buffer.from(base64, "base64");
}
