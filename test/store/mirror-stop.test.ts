import assert from "node:assert/strict";
import { test } from "node:test";
import { fileBackend } from "../../src/backends/file.ts";
import { toKey } from "../../src/core/key.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { Mirror } from "../../src/store/mirror.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

test("A mirror that is told to stop while its first reading is on its way ends", { timeout: 20_000 }, async () => {
  await using directory = await tempDir();
  const path = await directory.write("data.yaml", "name: one\n");
  const stop = new AbortController();
  const files = {
    ...systemFiles,
    async read(file: string) {
      const content = await systemFiles.read(file);
      stop.abort(new Error("Stopped"));
      return content;
    },
  };
  const ports = { ...realPorts(), files };
  await using backend = await fileBackend.open({ path }, ports);
  const mirror = new Mirror({ backend, ports, onChange() {} });
  mirror.want([toKey("/name")]);
  await mirror.follow(stop.signal, { cached: false }).catch((error: Error) => assert.equal(error.message, "Stopped"));
  assert.ok(stop.signal.aborted);
});

test("A mirror that nothing is wanted of ends when it is told to, even before it began to wait", { timeout: 20_000 }, async () => {
  await using directory = await tempDir();
  await using backend = await fileBackend.open({ path: await directory.write("data.yaml", "") }, realPorts());
  const mirror = new Mirror({ backend, ports: realPorts(), onChange() {} });
  const stop = new AbortController();
  const following = mirror.follow(stop.signal, { cached: false });
  stop.abort(new Error("Stopped"));
  await following.catch((error: Error) => assert.equal(error.message, "Stopped"));
});
