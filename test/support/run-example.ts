import assert from "node:assert/strict";
import { runProgram } from "./process.ts";
import { programWords } from "./remora.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** Runs an example in a folder of the test's own, as its README says; answers what it printed. */
export async function runExample(name: string, programs: readonly Parameters<typeof requireProgram>[0][] = []): Promise<string> {
  const folders = programs.map((program) => requireProgram(program).replace(/\/[^/]*$/, ""));
  await programWords();
  await using temporary = await tempDir();
  const PATH = [...folders, process.env["PATH"]].join(":");
  const { code, stdout, stderr } = await runProgram([new URL(`../../examples/${name}/run.sh`, import.meta.url).pathname, temporary.join("example")], { env: { ...process.env, PATH } });
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}
