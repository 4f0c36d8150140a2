import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toTarget } from "../../src/clients/consul/target.ts";
import { toDockerTarget } from "../../src/clients/docker/target.ts";
import { askStatus } from "../../src/clients/status/ask.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { openServiceManager } from "../../src/platform/service-manager.ts";
import { readTable } from "../../src/schema/table.ts";

// With ö it is 108 bytes, though 107 letters.
const LONG = `/run/${"x".repeat(94)}ö/l.sock`;
const LONGEST = `/run/${"x".repeat(94)}o/l.sock`;
const WHY = /the path of a socket has at most 107 bytes, and this one has 108/;

describe("The path of a socket that is too long is refused with its length, and nobody else's socket is spoken to", () => {
  test("of a Docker engine", () => {
    assert.throws(() => toDockerTarget(`unix://${LONG}`, undefined), WHY);
    assert.deepEqual(toDockerTarget(`unix://${LONGEST}`, undefined).at, { socketPath: LONGEST, pathname: "" });
  });

  test("of a Consul agent", () => {
    assert.throws(() => toTarget(`unix://${LONG}`, {}), WHY);
    assert.deepEqual(toTarget(`unix://${LONGEST}`, {}).at, { socketPath: LONGEST, pathname: "" });
  });

  test("of a Redis", () => {
    const [problem] = readTable(SETTINGS, { "backends.redis.address": LONG }, []).problems;
    assert.match(problem?.reason ?? "", WHY);
    assert.deepEqual(readTable(SETTINGS, { "backends.redis.address": LONGEST }, []).problems, []);
  });

  test("of a Remora that is asked for its status", async () => {
    await assert.rejects(askStatus({ at: { kind: "unix", path: LONG }, path: "/", token: undefined }, new AbortController().signal), WHY);
  });

  test("of a service manager", async () => {
    await assert.rejects((await openServiceManager(LONG)).tell("READY=1"), WHY);
  });
});
