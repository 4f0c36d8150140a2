import assert from "node:assert/strict";
import { test } from "node:test";
import { dnsBackend } from "../../src/backends/dns.ts";
import { specialKey } from "../../src/core/key.ts";
import { realPorts } from "../support/ports.ts";

async function lookUp(kind: string, name: string): Promise<unknown> {
  await using backend = await dnsBackend.open(undefined, realPorts());
  const { entries } = await backend.read([specialKey(kind, name)], { signal: new AbortController().signal });
  return JSON.parse(String(entries[0]?.value));
}

test("an address is looked up in /etc/hosts too", async () => {
  assert.deepEqual(await lookUp("ipv4", "localhost"), ["127.0.0.1"]);
});

test("an address is its own name", async () => {
  assert.deepEqual(await lookUp("ip", "10.1.2.3"), ["10.1.2.3"]);
});
