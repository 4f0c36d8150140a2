import assert from "node:assert/strict";
import { fileBackend } from "../../src/backends/file.ts";
import type { Writer } from "../../src/core/backend.ts";
import { type AppError, describeError, toAppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

/** The keys below a path, or the path of a file, with their values. */
export async function keysAt(path: string): Promise<Record<string, unknown>> {
  await using backend = await fileBackend.open({ path }, realPorts());
  const { entries } = await backend.read([toKey("/")], { signal: AbortSignal.timeout(10_000) });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

/** The keys of a text, in a file of that name. */
export async function keysIn(name: string, text: string | Uint8Array): Promise<Record<string, unknown>> {
  await using dir = await tempDir();
  return await keysAt(await dir.write(name, text));
}

/** Why a text is refused, as it is printed, with the folder left out. */
export async function refusalOf(name: string, text: string | Uint8Array): Promise<string> {
  await using dir = await tempDir();
  const path = await dir.write(name, text);
  const error = await keysAt(path).then(() => assert.fail(`${name} is read`), (thrown: AppError) => toAppError(thrown));
  assert.equal(error.code, "BACKEND_DATA");
  return describeError(error).replaceAll(`${dir.path}/`, "");
}

/** Acts as one who writes keys to the file. */
export async function writingTo<T>(path: string, act: (writer: Writer) => Promise<T>): Promise<T> {
  await using backend = await fileBackend.open({ path }, realPorts());
  assert.ok(backend.writer);
  await using writer = await backend.writer();
  return act(writer);
}
