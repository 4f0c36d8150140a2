import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { stage } from "../../src/output/staged-file.ts";
import { eventually } from "../support/eventually.ts";
import { stopProcess } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";
import { outputContext, requestFor } from "./support.ts";

const READER = new URL("../programs/tight-reader.ts", import.meta.url).pathname;
const LENGTH = 100_000;
const SWAPS = 200;

test("A reader in a tight loop sees only whole contents over 200 swaps", async () => {
  await using dir = await tempDir();
  const target = await dir.write("target", "a".repeat(LENGTH));
  const reader = spawn(process.execPath, ["--import", "tsx", READER, target], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    let printed = "";
    reader.stdout.on("data", (chunk) => (printed += chunk));
    await eventually(() => assert.match(printed, /reading/), { within: 20_000 });
    const context = outputContext(dir);
    for (let swap = 1; swap <= SWAPS; swap += 1) {
      await using staged = await stage(requestFor(target, String.fromCharCode(97 + (swap % 26)).repeat(LENGTH)), context);
      await staged.commit();
    }
    const ended = once(reader, "close");
    reader.stdin.end();
    await ended;
    const { reads, letters, odd } = JSON.parse(printed.split("\n")[1] ?? "") as { reads: number; letters: number; odd: string[] };
    assert.deepEqual(odd, []);
    assert.ok(letters > 5, `${letters} contents in ${reads} reads`);
  } finally {
    await stopProcess(reader, "SIGKILL");
  }
});
