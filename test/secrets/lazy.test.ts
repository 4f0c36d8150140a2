import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { createOpener } from "../../src/secrets/opener.ts";
import { realPorts } from "../support/ports.ts";

// In a file of its own: every other test of secrets loads the library.
const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("/tweetnacl/"));

test("the opener loads cryptography when the first sealed value is met, and not before", async () => {
  const { cases } = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
  const [{ path, envelope }] = cases;
  const opener = createOpener({ keyring: [], openpgpKeyring: [], insecure: false, ports: realPorts(), uid: 0 });
  await opener.prepare([]);
  assert.equal(isLoaded(), false);
  await opener.prepare([{ form: "remora", entry: { key: path, value: envelope, revision: 1 } }]);
  assert.equal(isLoaded(), true);
});
