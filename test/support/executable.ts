import { copyFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { runProgram } from "./process.ts";
import { type TempDir, tempDir } from "./temp.ts";

let building: Promise<string> | undefined;

/** The path of the executable for this machine, built where the sources have changed since it was. */
export function executable(): Promise<string> {
  building ??= (async () => {
    const { buildExe } = (await import(new URL("../../scripts/build-exe.mjs", import.meta.url).href)) as { buildExe: (target: string) => Promise<string> };
    return buildExe(process.arch === "arm64" ? "linux-arm64" : "linux-x64");
  })();
  return building;
}

/** A root file system with nothing in it but the executable, as /remora, and the libraries of C that it is linked to. */
export async function bareRoot(): Promise<TempDir> {
  const root = await tempDir();
  const program = await executable();
  await copyFile(program, root.join("remora"));
  const { stdout } = await runProgram(["ldd", program]);
  for (const [, library] of stdout.matchAll(/(\/\S+) \(0x/g)) {
    await mkdir(dirname(root.join(library as string)), { recursive: true });
    await copyFile(library as string, root.join(library as string));
  }
  return root;
}
