import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { AppError, type ErrorCode } from "../../src/core/error.ts";
import type { Files } from "../../src/core/ports.ts";
import { createLogger } from "../../src/log/logger.ts";
import type { StageContext, StageRequest } from "../../src/output/staged-file.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { runProgram } from "../support/process.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

/** What the functions of src/output are given, with the messages that they log. */
export interface OutputContext extends StageContext {
  readonly messages: readonly string[];
  readonly ports: { readonly files: Files; readonly log: StageContext["log"]; readonly random: StageContext["random"]; readonly clock: typeof systemClock };
}

/** The real file system, and a log that is kept. */
export function outputContext(directory: TempDir, files: Files = { ...systemFiles }): OutputContext {
  const messages: string[] = [];
  const log = createLogger({ level: "debug", format: ({ message }) => message, write: (line) => void messages.push(line.trimEnd()), clock: systemClock });
  return { files, log, random: systemRandom, hash: sha256, fallbackDir: directory.join("fallback"), messages, ports: { files, log, random: systemRandom, clock: systemClock } };
}

/** A request that keeps the mode and the owner, unless it says otherwise. */
export function requestFor(target: string, text: string, more: Partial<StageRequest> = {}): StageRequest {
  return { target, content: bytes(text), mode: undefined, uid: undefined, gid: undefined, ...more };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Names in a directory that are staged files. */
export async function stagedNames(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.includes(".remora-"));
}

/** For assert.rejects: an AppError with the code and a message that fits. */
export function failsWith(code: ErrorCode, message: RegExp, hint?: RegExp): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof AppError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, message);
    if (hint !== undefined) assert.match(thrown.hint ?? "", hint);
    return true;
  };
}

/** A folder of the test's own with things mounted below it, which are unmounted first. */
export interface MountDir extends TempDir {
  /** Runs mount(8); the last argument is unmounted afterwards. */
  mount(...args: string[]): Promise<void>;
}

export async function mountDir(): Promise<MountDir> {
  const directory = await tempDir();
  const mounted: string[] = [];
  return {
    ...directory,
    async mount(...args) {
      const { code, stderr } = await runProgram(["mount", ...args]);
      if (code !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr}`);
      const point = args.at(-1) ?? "";
      if (!mounted.includes(point)) mounted.unshift(point);
    },
    async [Symbol.asyncDispose]() {
      for (const point of mounted) await runProgram(["umount", "-l", point]);
      await directory[Symbol.asyncDispose]();
    },
  };
}
