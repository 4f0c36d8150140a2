import { chmod, cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { programWords } from "./remora.ts";
import { type TempDir, tempDir } from "./temp.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url).pathname;

/** An example's folder, copied to where nothing else is, with the built program as "remora" on the search path. */
export interface Example extends AsyncDisposable {
  readonly directory: TempDir;
  /** For programs of the example: the search path, its configuration and a state directory. */
  readonly env: Readonly<Record<string, string>>;
}

/** Copies one; places that its files name, as "/etc/app", give way to those that are given, where $DIR is its folder. */
export async function example(name: string, places: Readonly<Record<string, string>>): Promise<Example> {
  const directory = await tempDir();
  await cp(join(EXAMPLES, name), directory.path, { recursive: true });
  for (const file of await readdir(directory.path, { recursive: true, encoding: "utf8" })) {
    const path = directory.join(file);
    if (!(await stat(path)).isFile()) continue;
    let text = await readFile(path, "utf8");
    for (const [place, instead] of Object.entries(places)) text = text.replaceAll(place, instead.replaceAll("$DIR", directory.path));
    await writeFile(path, text);
  }
  const words = (await programWords()).map((word) => `'${word}'`).join(" ");
  await chmod(await directory.write("bin/remora", `#!/bin/sh\nexec ${words} "$@"\n`), 0o755);
  return {
    directory,
    env: { PATH: `${directory.join("bin")}:/usr/sbin:${process.env["PATH"] ?? ""}`, REMORA_CONFDIR: directory.path, REMORA_STATE_DIR: directory.join("state"), REMORA_LOG_FORMAT: "json" },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}
