import { basename, dirname, join } from "node:path";
import type { BackendPorts, Writer } from "../core/backend.ts";
import { sameValue, type Value } from "../core/entry.ts";
import { AppError, reason } from "../core/error.ts";
import type { Files, Random } from "../core/ports.ts";
import { type DataText, withKey, withoutKey } from "./data-edit.ts";
import { leavesOf, syntaxOf, textOf } from "./data-file.ts";
import { lockDataFile } from "./file-lock.ts";

/** Writes keys to one YAML, JSON or TOML file; comments, order and what other values say stay. Throws USAGE for what cannot be written. */
export async function openFileWriter(path: string, ports: Pick<BackendPorts, "files" | "random" | "clock">): Promise<Writer> {
  const { files, random } = ports;
  if ((await files.stat(path))?.type === "directory") {
    throw new AppError("USAGE", `Cannot write keys to "${path}": it is a directory`, { hint: "Name one file of it with --file-path" });
  }
  const syntax = await syntaxOf(path);
  /** Writes the text that is answered; undefined leaves the file as it is. Answers whether it was written. */
  const change = async (edit: (data: DataText) => string | undefined): Promise<boolean> => {
    try {
      const real = await realPath(path, files);
      await using _lock = await lockDataFile(real, ports);
      const text = edit({ path, text: textOf(path, (await files.read(real)) ?? new Uint8Array()), syntax });
      if (text !== undefined) await replace(real, text, files, random);
      return text !== undefined;
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw new AppError("BACKEND_REFUSED", `Cannot write keys to "${path}": ${reason(thrown)}`, { cause: thrown });
    }
  };
  return {
    put: async (key, value) => void (await change((data) => withKey(data, key, asText(path, value)))),
    delete: (key) => change((data) => withoutKey(data, key)),
    swap: (swaps) =>
      change((data) => {
        const present = new Map(leavesOf(path, data.text, syntax).map(({ key, value }) => [key, value]));
        if (!swaps.every(({ key, expected }) => holds(present.get(key), expected))) return undefined;
        return swaps.reduce((text, { key, value }) => withKey({ ...data, text }, key, asText(path, value)), data.text);
      }),
    async [Symbol.asyncDispose]() {},
  };
}

function asText(path: string, value: Value): string {
  if (typeof value === "string") return value;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw new AppError("USAGE", `Cannot write keys to "${path}": the value is not UTF-8`);
  }
}

function holds(present: Value | undefined, expected: Value | undefined): boolean {
  return present === undefined || expected === undefined ? present === expected : sameValue(present, expected);
}

async function realPath(path: string, files: Files): Promise<string> {
  return (await files.stat(path)) === undefined ? path : files.realpath(path);
}

/** Swaps in the text whole; mode and owner stay. */
async function replace(path: string, text: string, files: Files, random: Random): Promise<void> {
  const staged = join(dirname(path), `.${basename(path)}.remora-${random.hex(6)}`);
  try {
    const former = await files.stat(path);
    {
      await using file = await files.create(staged, 0o600);
      await file.write(new TextEncoder().encode(text));
      const made = await files.stat(staged);
      if (former !== undefined && (former.uid !== made?.uid || former.gid !== made.gid)) await file.chown(former.uid, former.gid);
      await file.chmod(former?.mode ?? 0o644);
      await file.sync();
    }
    await files.rename(staged, path);
  } catch (thrown) {
    await files.remove(staged);
    throw thrown;
  }
  await files.syncDirectory(dirname(path));
}
