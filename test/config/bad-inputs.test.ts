import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadConfiguration } from "../../src/config/load.ts";
import { AppError, describeError } from "../../src/core/error.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";
import { BAD_INPUTS } from "./bad-inputs.ts";
import { BAD_BACKENDS } from "./bad-inputs-backends.ts";
import { FOR_EACH_INPUTS } from "./for-each-inputs.ts";

describe("loadConfiguration() refuses", () => {
  for (const { title, files, said } of [...BAD_INPUTS, ...BAD_BACKENDS, ...FOR_EACH_INPUTS]) {
    test(title, async () => {
      await using dir = await tempDir();
      for (const [name, text] of Object.entries(files)) await dir.write(name, text);
      const error = await loadConfiguration({ files: systemFiles, confdir: dir.path, env: {}, flags: {} }).then(() => undefined, (thrown: unknown) => thrown);
      assert.ok(error instanceof AppError, `nothing was refused: ${String(error)}`);
      assert.equal(error.code, "CONFIG_INVALID");
      assert.equal(describeError(error).replaceAll(dir.path, "DIR"), said);
      assert.doesNotMatch(describeError(error), /hunter2|12345678/);
    });
  }
});
