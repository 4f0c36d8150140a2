import { AppError } from "./error.ts";
import type { Item } from "./template.ts";

const PLACEHOLDER = /\{\{-?\s*\.?item\.([\w.]+?)\s*-?\}\}/g;
/** File systems allow 255; a staged file's name is its target's with 24 more. */
const LONGEST_NAME_BYTES = 230;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The fields of its item that a `dest` names: "name" of "/etc/nginx/conf.d/{{ item.name }}.conf". */
export function itemFields(dest: string): readonly string[] {
  return [...dest.matchAll(PLACEHOLDER)].map(([, field = ""]) => field);
}

/** The target of an item. Throws TEMPLATE_FAILED where the item has no such field, or its text cannot be a part of a file's name. */
export function itemTarget(dest: string, item: Item): string {
  const target = dest.replace(PLACEHOLDER, (_, field: string) => partOf(item, field));
  const name = target.slice(target.lastIndexOf("/") + 1);
  if (name.startsWith(".") && !nameOf(dest).startsWith(".")) throw refused(item, `the file's name would be ${quote(name)}, and names that begin with a dot are hidden`);
  if (new TextEncoder().encode(name).length > LONGEST_NAME_BYTES) throw refused(item, `the file's name would be longer than ${LONGEST_NAME_BYTES} bytes`);
  return target;
}

/** Tells whether a file's name is one that an item of this `dest` could have. */
export function isItemName(dest: string): (name: string) => boolean {
  const literals = nameOf(dest).replace(PLACEHOLDER, "\u0000").split("\u0000");
  const pattern = new RegExp(`^${literals.map((text) => text.replace(/[\^$\\.*+?()[\]{}|]/g, "\\$&")).join(".+")}$`, "su");
  return (name) => pattern.test(name);
}

function nameOf(dest: string): string {
  return dest.slice(dest.lastIndexOf("/") + 1);
}

function partOf(item: Item, field: string): string {
  const value = field.split(".").reduce<unknown>((at, name) => (typeof at === "object" && at !== null && Object.hasOwn(at, name) ? (at as Item)[name] : undefined), item);
  if (typeof value !== "string" && typeof value !== "number") throw refused(item, `it has no text "${field}"`);
  const text = String(value);
  if (text === "") throw refused(item, `its ${field} is empty`);
  if (text.includes("/")) throw refused(item, `its ${field} ${quote(text)} holds a slash and would leave the directory`);
  if (CONTROL.test(text)) throw refused(item, `its ${field} ${quote(text)} holds a control character`);
  return text;
}

function refused(item: Item, why: string): AppError {
  return new AppError("TEMPLATE_FAILED", `Cannot name the file of item ${describeItem(item)}: ${why}`, { hint: "Rename the key, or choose the items otherwise in for_each" });
}

/** What an item is called in messages. */
export function describeItem({ key, id, name }: Item): string {
  const [known] = [key, id, name].filter((text) => typeof text === "string" && text !== "");
  return quote(String(known ?? "without a name"));
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
