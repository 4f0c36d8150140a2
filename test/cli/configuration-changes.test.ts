import assert from "node:assert/strict";
import { test } from "node:test";
import type { Invocation } from "../../src/cli/command.ts";
import { configurationChanges } from "../../src/cli/configuration-changes.ts";
import type { Session } from "../../src/cli/session.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { eventually } from "../support/eventually.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

test("A file that was written again with what it held is no change; one that holds something else is", async () => {
  await using directory = await tempDir();
  await directory.write("remora.toml", "a");
  const { files } = realPorts();
  let [reads, tell]: [number, () => void] = [0, () => {}];
  const counting = { ...files, read: (path: string) => files.read(path).finally(() => (reads += 1)) };
  const follower = {
    async *follow(_: readonly string[], signal: AbortSignal) {
      while (!signal.aborted) {
        await new Promise<void>((resolve) => ((tell = resolve), signal.addEventListener("abort", () => resolve(), { once: true })));
        yield;
      }
    },
  };
  using changes = configurationChanges({ outside: { hash: sha256, onSignal: () => () => {} } } as unknown as Invocation);
  const stop = new AbortController();
  const session = { ports: { files: counting, follower }, plan: { units: [], configuration: { settings: { confdir: directory.path } } } } as unknown as Session;
  const following = changes.follow(session, stop.signal);
  let seen = 0;
  const first = following.next().then(() => (seen += 1));
  await eventually(() => assert.equal(reads, 1));
  tell();
  await eventually(() => assert.equal(reads, 2));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(seen, 0);
  await directory.write("remora.toml", "b");
  tell();
  await first;
  assert.equal(seen, 1);
  stop.abort();
  await following.return(undefined);
});
