import { basename, dirname, extname, join } from "node:path";
import type { Writer } from "../core/backend.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import type { Files, Random } from "../core/ports.ts";

/** Writes keys to one YAML or JSON file; comments and order stay. Throws USAGE for what cannot be written. */
export async function openFileWriter(path: string, { files, random }: { readonly files: Files; readonly random: Random }): Promise<Writer> {
  const kind = extname(path);
  if (![".yaml", ".yml", ".json"].includes(kind) || (await files.stat(path))?.type === "directory") {
    throw new AppError("USAGE", `Cannot write keys to "${path}": only one .yaml or .json file can be written`, { hint: "Edit the file; Remora follows it" });
  }
  const { parseDocument, isMap } = await import("./yaml.ts");
  const change = async <T>(act: (document: ReturnType<typeof parseDocument>) => T): Promise<T> => {
    const text = new TextDecoder().decode((await files.read(path)) ?? new Uint8Array());
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) throw new AppError("BACKEND_DATA", `Cannot write keys to "${path}": ${error.message}`);
    const answer = act(document);
    await replace(path, kind === ".json" ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString(), files, random);
    return answer;
  };
  return {
    put: (key, value) =>
      change((document) => {
        const text = typeof value === "string" ? value : new TextDecoder("utf-8", { fatal: true }).decode(value);
        const segments = segmentsOf(key);
        for (let depth = 1; depth < segments.length; depth += 1) {
          const at = document.getIn(segments.slice(0, depth));
          if (at !== undefined && !isMap(at)) throw new AppError("BACKEND_CONFLICT", `Cannot put "${key}" in "${path}": "/${segments.slice(0, depth).join("/")}" holds a value`);
        }
        if (document.contents === null) document.contents = document.createNode({}) as never;
        document.setIn(segments, text);
      }),
    delete: (key) => change((document) => document.contents !== null && document.deleteIn(segmentsOf(key))),
    async [Symbol.asyncDispose]() {},
  };
}

function segmentsOf(key: Key): string[] {
  return key.slice(1).split("/");
}

async function replace(path: string, text: string, files: Files, random: Random): Promise<void> {
  const real = (await files.stat(path)) === undefined ? path : await files.realpath(path);
  const staged = join(dirname(real), `.${basename(real)}.remora-${random.hex(6)}`);
  const mode = (await files.stat(real))?.mode ?? 0o644;
  {
    await using file = await files.create(staged, 0o600);
    await file.write(new TextEncoder().encode(text));
    await file.chmod(mode);
    await file.sync();
  }
  await files.rename(staged, real);
}
