import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freePort, runProgram } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";

const RUN = new URL("../../examples/secrets/run.sh", import.meta.url).pathname;

test("The example of secrets runs as its README says, and nobody else can read its target at any instant", async () => {
  await using temporary = await tempDir();
  const folder = temporary.join("example");
  const ended = runProgram([RUN, folder, `${await freePort()}`]);
  const modes = await watchModes(join(folder, "out"), ended);
  const { code, stdout, stderr } = await ended;

  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /^\/db\/password {2}remora:v1:[0-9a-f]{16}:/m);
  assert.match(stdout, /^Rotated 1 from [0-9a-f]{16} to [0-9a-f]{16}; /m);
  assert.match(stdout, /^out\/db\.conf is what it was$/m);
  assert.doesNotMatch(stdout + stderr, /horse/);
  assert.ok(modes.has("db.conf 600"), [...modes].join(", "));
  assert.deepEqual([...modes].filter((seen) => !/ 600$/.test(seen)), []);
});

/** The modes of all files that ever stood in a directory, looked at in a tight loop until something has ended. */
async function watchModes(directory: string, ended: Promise<unknown>): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  let over = false;
  void ended.finally(() => (over = true));
  while (!over) {
    for (let round = 0; round < 20; round += 1) for (const each of modesIn(directory)) seen.add(each);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return seen;
}

function modesIn(directory: string): string[] {
  try {
    return readdirSync(directory).flatMap((name) => {
      const stat = statSync(join(directory, name), { throwIfNoEntry: false });
      return stat === undefined ? [] : [`${name.replace(/remora-[0-9a-f]+$/, "remora-RANDOM")} ${(stat.mode & 0o777).toString(8)}`];
    });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
}
