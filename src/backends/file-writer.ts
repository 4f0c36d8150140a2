import { basename, dirname, extname, join } from "node:path";
import type { Document } from "yaml";
import type { BackendPorts, Writer } from "../core/backend.ts";
import { sameValue, type Value } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import type { Files, Random } from "../core/ports.ts";
import { readDataFile } from "./data-file.ts";
import { lockDataFile } from "./file-lock.ts";

/** Writes keys to one YAML or JSON file; comments and order stay. Throws USAGE for what cannot be written. */
export async function openFileWriter(path: string, ports: Pick<BackendPorts, "files" | "random" | "clock">): Promise<Writer> {
  const { files, random } = ports;
  const kind = extname(path);
  if (![".yaml", ".yml", ".json"].includes(kind) || (await files.stat(path))?.type === "directory") {
    throw new AppError("USAGE", `Cannot write keys to "${path}": only one .yaml or .json file can be written`, { hint: "Edit the file; Remora follows it" });
  }
  const { parseDocument, isMap } = await import("./yaml.ts");
  // What answers false has changed nothing.
  const change = async <T>(act: (document: Document) => T | Promise<T>): Promise<T> => {
    await using _lock = await lockDataFile(await realPath(path, files), ports);
    const text = new TextDecoder().decode((await files.read(path)) ?? new Uint8Array());
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) throw new AppError("BACKEND_DATA", `Cannot write keys to "${path}": ${error.message}`);
    const answer = await act(document);
    if (answer !== false) await replace(path, kind === ".json" ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString(), files, random);
    return answer;
  };
  const putIn = (document: Document, key: Key, value: Value): void => {
    const text = typeof value === "string" ? value : new TextDecoder("utf-8", { fatal: true }).decode(value);
    const segments = segmentsOf(key);
    for (let depth = 1; depth < segments.length; depth += 1) {
      const at = document.getIn(segments.slice(0, depth));
      if (at !== undefined && !isMap(at)) throw new AppError("BACKEND_CONFLICT", `Cannot put "${key}" in "${path}": "/${segments.slice(0, depth).join("/")}" holds a value`);
    }
    if (document.contents === null) document.contents = document.createNode({}) as never;
    document.setIn(segments, text);
  };
  return {
    put: (key, value) => change((document) => putIn(document, key, value)),
    delete: (key) => change((document) => document.contents !== null && document.deleteIn(segmentsOf(key))),
    swap: (swaps) =>
      change(async (document) => {
        const present = new Map((await files.stat(path)) === undefined ? [] : (await readDataFile(path, files)).map(({ key, value }) => [key, value]));
        if (!swaps.every(({ key, expected }) => holds(present.get(key), expected))) return false;
        for (const { key, value } of swaps) {
          if (document.hasIn(segmentsOf(key)) && !present.has(key)) throw new AppError("BACKEND_CONFLICT", `Cannot put "${key}" in "${path}": there are keys below it`);
          putIn(document, key, value);
        }
        return true;
      }),
    async [Symbol.asyncDispose]() {},
  };
}

function holds(present: Value | undefined, expected: Value | undefined): boolean {
  return present === undefined || expected === undefined ? present === expected : sameValue(present, expected);
}

function segmentsOf(key: Key): string[] {
  return key.slice(1).split("/");
}

async function realPath(path: string, files: Files): Promise<string> {
  return (await files.stat(path)) === undefined ? path : files.realpath(path);
}

async function replace(path: string, text: string, files: Files, random: Random): Promise<void> {
  const real = await realPath(path, files);
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
