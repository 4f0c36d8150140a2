import { sameValue, type Value } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import { covers, type Key } from "../core/key.ts";
import { type KeyedLeaf, leavesOf } from "./data-file.ts";
import type { DataSyntax } from "./data-syntax.ts";

/** The text of a data file, and how it is read. */
export interface DataText {
  readonly path: string;
  readonly text: string;
  readonly syntax: DataSyntax;
}

/** The text with a key put. Throws BACKEND_CONFLICT for a table, below a value, and for what would change other keys as well. */
export function withKey(data: DataText, key: Key, value: string): string {
  const leaves = leavesOf(data.path, data.text, data.syntax);
  const present = leaves.find((leaf) => leaf.key === key);
  const path = present?.path ?? newPath(data, key, leaves);
  return edited(data, key, value, leaves, () => data.syntax.put(data.text, path, value));
}

/** The text without a key, or undefined when it is not there. */
export function withoutKey(data: DataText, key: Key): string | undefined {
  const leaves = leavesOf(data.path, data.text, data.syntax);
  const present = leaves.find((leaf) => leaf.key === key);
  if (present === undefined) return undefined;
  if (typeof present.path.at(-1) === "number") throw refusal(data, key, "it is an item of a list");
  return edited(data, key, undefined, leaves, () => data.syntax.remove(data.text, present.path));
}

function newPath(data: DataText, key: Key, leaves: readonly KeyedLeaf[]): readonly string[] {
  const segments = key.slice(1).split("/");
  for (const { path, key: other } of leaves) {
    if (covers(key, other)) throw refusal(data, key, typeof path[segments.length] === "number" ? "it is a list" : "it is a table");
    if (covers(other, key)) throw refusal(data, key, `"${other}" holds a value`);
    const parting = path.findIndex((name, index) => String(name) !== segments[index]);
    if (typeof path[parting] === "number") throw refusal(data, key, `"/${path.slice(0, parting).join("/")}" is a list`);
  }
  return segments;
}

/** Reads what was made of the text: an anchor, a list or a merged table may have taken other keys along. */
function edited(data: DataText, key: Key, value: Value | undefined, leaves: readonly KeyedLeaf[], edit: () => string): string {
  const wanted = new Map(leaves.map((leaf) => [leaf.key, leaf.value]));
  if (value === undefined) wanted.delete(key);
  else wanted.set(key, value);
  try {
    const text = edit();
    const made = leavesOf(data.path, text, data.syntax);
    if (made.length === wanted.size && made.every((leaf) => sameValue(leaf.value, wanted.get(leaf.key) ?? new Uint8Array()))) return text;
  } catch (thrown) {
    throw refusal(data, key, "the file would not be valid", thrown);
  }
  throw refusal(data, key, "other keys would change with it");
}

function refusal({ path }: DataText, key: Key, why: string, cause?: unknown): AppError {
  return new AppError("BACKEND_CONFLICT", `Cannot write "${key}" to "${path}": ${why}`, { hint: "Edit the file; Remora follows it", cause });
}
