import { readFileSync } from "node:fs";
import { privateKeyOf } from "../../src/secrets/keys.ts";
import { open, seal } from "../../src/secrets/seal.ts";

// Seals each test vector, opens it again with its last recipient's key, and prints both: for other runtimes than the test's own.

const { keys, cases } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const bytes = (base64: string) => Buffer.from(base64, "base64");

const results = cases.map(({ path, content, recipients, ephemeral, nonce }: Record<string, string> & { recipients: string[] }) => {
  const readers = recipients.map((name) => privateKeyOf(bytes(keys[name].private)));
  const to = readers.map(({ publicKey }) => publicKey);
  const envelope = seal({ content: bytes(content ?? ""), path: (path ?? undefined) as never, recipients: to as never }, { key: privateKeyOf(bytes(ephemeral ?? "")), nonce: bytes(nonce ?? "") });
  const opened = open({ envelope, path: (path ?? "/anywhere") as never, find: (id) => readers.slice(-1).find((reader) => reader.id === id) });
  return { envelope, content: Buffer.from(opened.content).toString("base64") };
});
console.log(JSON.stringify(results));
