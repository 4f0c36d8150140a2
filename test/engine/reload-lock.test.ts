import assert from "node:assert/strict";
import { test } from "node:test";
import { consulBackend } from "../../src/backends/consul.ts";
import type { BackendDefinition } from "../../src/core/backend.ts";
import { milliseconds } from "../../src/core/duration.ts";
import { toKey } from "../../src/core/key.ts";
import { ReloadLocks } from "../../src/engine/reload-lock.ts";
import { startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

test("a lock whose backend cannot be opened for want of a file is taken once the file is there", async () => {
  await using consul = await startConsul();
  await using directory = await tempDir();
  const options = { consul: { address: consul.url, caFile: directory.join("ca.pem") } };
  await using locks = new ReloadLocks({ definitions: [consulBackend as BackendDefinition], options, ports: realPorts(), hostname: "host" });
  const waits: string[] = [];
  const taking = locks.take({ backend: "consul", key: toKey("/locks/app"), limit: 1, hold: milliseconds(1_000) }, { unit: "app", signal: AbortSignal.timeout(20_000), onWaiting: (why) => void waits.push(why) });
  await eventually(() => assert.match(waits.join(), /ca\.pem.*there is no such file/));
  await directory.write("ca.pem", "");
  const held = await taking;
  assert.equal(held.isLost, false);
  await held.release();
});
