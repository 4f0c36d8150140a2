import type { Writer } from "../../../core/backend.ts";
import type { Entry } from "../../../core/entry.ts";
import { AppError, describeError, toAppError } from "../../../core/error.ts";
import type { Key } from "../../../core/key.ts";
import type { Invocation } from "../../command.ts";
import type { KeyAccess } from "../../key-access.ts";
import { progressBar, progressLine } from "../../progress.ts";

/** How a value is sealed anew: the new envelope, or undefined for one that stays as it is. Throws for one that cannot be opened. */
export type Reseal = (entry: Entry) => string | undefined | Promise<string | undefined>;

const ATTEMPTS = 5;

export interface Resealed {
  readonly done: number;
  readonly left: number;
  readonly errors: readonly AppError[];
}

/** Seals values at and below a name anew, one by one, each only while it is what was read; tells how far it is. */
export async function resealAll(name: string, reseal: Reseal, access: KeyAccess, { outside }: Invocation): Promise<Resealed> {
  const { backend, entries } = await access.read(name);
  const progress = progressLine(outside.stderr);
  const errors: AppError[] = [];
  let [done, left] = [0, 0];
  try {
    await access.write(backend, async (writer, opened) => {
      const present = async (key: Key) => (await opened.read([key], { signal: access.signal })).entries.find((entry) => entry.key === key);
      for (const [index, entry] of entries.entries()) {
        progress.show(`Sealing ${progressBar(index, entries.length)}`);
        try {
          if (await resealOne(entry, reseal, writer, present)) done += 1;
          else left += 1;
        } catch (thrown) {
          const error = toAppError(thrown);
          // A value that cannot be opened stops no other; a store that is away stops all.
          if (error.code.startsWith("BACKEND_") && error.code !== "BACKEND_CONFLICT") throw error;
          errors.push(error);
        }
      }
    });
  } finally {
    progress.clear();
  }
  for (const error of errors) outside.stderr.write(`remora: ${describeError(error)}\n`);
  return { done, left, errors };
}

/** Answers whether it was replaced; a value that somebody changes meanwhile is looked at again. */
async function resealOne(first: Entry, reseal: Reseal, writer: Writer, present: (key: Key) => Promise<Entry | undefined>): Promise<boolean> {
  let entry: Entry | undefined = first;
  for (let attempt = 0; attempt < ATTEMPTS && entry !== undefined; attempt += 1) {
    const value = await reseal(entry);
    if (value === undefined) return false;
    if (await writer.swap([{ key: entry.key, expected: entry.value, value }])) return true;
    entry = await present(entry.key);
  }
  if (entry === undefined) return false;
  throw new AppError("BACKEND_CONFLICT", `Cannot seal "${entry.key}" anew: it is changed all the time`, { hint: "Run this again" });
}
