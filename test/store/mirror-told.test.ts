import assert from "node:assert/strict";
import { test } from "node:test";
import { fileBackend } from "../../src/backends/file.ts";
import { toKey } from "../../src/core/key.ts";
import { Mirror } from "../../src/store/mirror.ts";
import { eventually } from "../support/eventually.ts";
import { manualClock } from "../support/manual-clock.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

test("A backend that is away for minutes and tried every second is told once a minute, with how often it was tried", { timeout: 60_000 }, async () => {
  await using directory = await tempDir();
  const path = await directory.write("data.yaml", "name: [one\n");
  const ports = { ...realPorts(), clock: manualClock() };
  await using backend = await fileBackend.open({ path }, ports);
  const mirror = new Mirror({ backend, ports, onChange() {} });
  mirror.want([toKey("/name")]);
  const stop = new AbortController();
  const following = mirror.follow(stop.signal, { cached: false }).catch(() => {});
  const away = () => ports.log.lines.filter(({ message }) => message === "Backend is away, trying again");
  while (away().length < 3) {
    const { reads } = mirror;
    await eventually(async () => {
      await ports.clock.advance(500);
      assert.ok(mirror.reads > reads);
    }, { every: 1 });
  }
  assert.ok(mirror.reads > 60, `${mirror.reads} tries`);
  assert.deepEqual(away().map(({ fields }) => fields["times"] !== undefined && Number(fields["times"]) > 20), [false, true, true]);
  assert.equal(mirror.outages, 1);
  await directory.write("data.yaml", "name: one\n");
  await eventually(async () => {
    await ports.clock.advance(1_000);
    assert.equal(mirror.state.kind, "live");
  });
  stop.abort();
  await following;
});
