import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { runProgram } from "../support/process.ts";
import { processesWith } from "../support/supervised.ts";
import { tempDir } from "../support/temp.ts";

const PROGRAM = new URL("../programs/app-then-exit.ts", import.meta.url).pathname;

describe("startApp()", () => {
  for (const [how, code] of [["exit", 3], ["throw", 1]] as const) {
    test(`The app's group is killed when the process ends by ${how}, those that ignore SIGTERM too`, async () => {
      await using directory = await tempDir();
      const script = `trap "" TERM; sh -c 'trap "" TERM; while :; do sleep 0.1; done; : ${directory.path}' >&- 2>&- & while :; do sleep 0.1; done >&- 2>&-`;
      const ended = await runProgram([process.execPath, "--import", "tsx", PROGRAM, how, `exec >&- 2>&-; ${script}`]);
      assert.equal(ended.code, code);
      await eventually(() => assert.deepEqual(processesWith(directory.path), []));
    });
  }
});
