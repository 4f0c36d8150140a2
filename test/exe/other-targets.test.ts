import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { runProgram } from "../support/process.ts";
import { project } from "../support/remora.ts";

const { buildExe } = (await import(new URL("../../scripts/build-exe.mjs", import.meta.url).href)) as { buildExe: (target: string) => Promise<string> };
const { foreignRoot } = (await import(new URL("../../scripts/foreign-libraries.mjs", import.meta.url).href)) as { foreignRoot: (processor: string) => string };

/** What the ELF format calls the processors. */
const ELF_MACHINES = { x64: 62, arm64: 183 };

/** The targets that test/exe/executable.test.ts leaves. */
const OTHERS = [
  { target: "linux-x64-musl", processor: "x64", loader: "ld-musl-x86_64.so.1" },
  { target: "linux-arm64", processor: "arm64", loader: "ld-linux-aarch64.so.1" },
  { target: "linux-arm64-musl", processor: "arm64", loader: "ld-musl-aarch64.so.1" },
] as const;

describe("The executables for other machines", () => {
  for (const { target, processor, loader } of OTHERS) {
    test(`${target} is for its processor`, async () => {
      await using file = await open(await buildExe(target));
      const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
      assert.deepEqual([buffer.toString("latin1", 1, 4), buffer.readUInt16LE(18)], ["ELF", ELF_MACHINES[processor]]);
    });

    const root = foreignRoot(processor);
    // Where it is not there, the closing lines of a run say so (scripts/foreign-libraries.mjs).
    if (existsSync(root)) {
      test(`${target} renders, checks and reloads, with the libraries of such a machine`, async () => {
        await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\ncheck_cmd = "grep -q one {{ src }}"\nreload_cmd = "echo reload >> $DIR/reloads"\n' });
        const { code, stderr } = await runProgram([...starter(root, join(root, "lib", loader)), await buildExe(target), "render", ...app.flags] as [string, ...string[]], {
          env: { PATH: process.env["PATH"] ?? "", LD_LIBRARY_PATH: join(root, "musl-libs") },
        });
        assert.equal(code, 0, stderr);
        assert.deepEqual([await app.read("out/app.conf"), await app.read("reloads")], ["name = one\n", "reload\n"]);
      });
    }
  }
});

/** What stands before a program of such a machine: the emulator, or, where that is this machine, the loader. */
function starter(root: string, loader: string): readonly string[] {
  const emulator = join(root, "qemu");
  return existsSync(emulator) ? [emulator, "-L", root] : [loader];
}
