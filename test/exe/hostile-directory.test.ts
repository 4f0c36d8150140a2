import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { describe, test } from "node:test";
import { executable } from "../support/executable.ts";
import { runProgram } from "../support/process.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

/** A folder whose files would have Bun run a script, which leaves a trace, and set a variable that Remora reads. */
async function hostileDirectory(): Promise<TempDir> {
  const folder = await tempDir();
  await folder.write("trace.js", `require("node:fs").writeFileSync(${JSON.stringify(folder.join("trace"))}, "ran");`);
  await folder.write("bunfig.toml", 'preload = ["./trace.js"]\n[run]\npreload = ["./trace.js"]\n');
  await folder.write(".env", "REMORA_LOG_FORMAT=hostile\nSECRET=hostile\n");
  await folder.write("tsconfig.json", "{ broken");
  await folder.write("package.json", "{ broken");
  await folder.write("conf/data.yaml", "name: one\n");
  await folder.write("conf/templates/app.njk", "{{ getv('/name') }}\n");
  await folder.write("conf/conf.d/app.toml", `[template]\nsrc = "app.njk"\ndest = "${folder.join("out")}"\nreload_cmd = "env > ${folder.join("environment")}"\n`);
  return folder;
}

const exists = (path: string) => access(path).then(() => true, () => false);

describe("The executable in a hostile place", () => {
  test("reads neither .env nor bunfig.toml of the folder that it is started in", async () => {
    await using folder = await hostileDirectory();
    const { code, stderr } = await runProgram([await executable(), "render", "--confdir", folder.join("conf"), "--state-dir", folder.join("state")], { cwd: folder.path, env: { PATH: process.env["PATH"] ?? "" } });
    assert.equal(code, 0, stderr);
    assert.equal(await exists(folder.join("trace")), false);
  });

  test("is not turned into Bun, nor given options, by a variable", async () => {
    await using folder = await hostileDirectory();
    const env = { BUN_BE_BUN: "1", BUN_OPTIONS: `--preload=${folder.join("trace.js")}`, BUN_INSPECT: "0", BUN_INSPECT_PRELOAD: folder.join("trace.js") };
    const { code, stdout, stderr } = await runProgram([await executable(), "version"], { cwd: folder.path, env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^remora \d/);
    assert.equal(stderr, "");
    assert.equal(await exists(folder.join("trace")), false);
  });

  test("hands no variable of Bun's on to commands", async () => {
    await using folder = await hostileDirectory();
    const env = { PATH: process.env["PATH"] ?? "", BUN_BE_BUN: "1", BUN_OPTIONS: "--smol", BUN_INSTALL: "/nowhere" };
    const { code, stderr } = await runProgram([await executable(), "render", "--confdir", folder.join("conf"), "--state-dir", folder.join("state")], { cwd: folder.path, env });
    assert.equal(code, 0, stderr);
    const { stdout } = await runProgram(["cat", folder.join("environment")]);
    assert.match(stdout, /^PATH=/m);
    assert.doesNotMatch(stdout, /BUN|SECRET|REMORA_LOG/);
  });
});
