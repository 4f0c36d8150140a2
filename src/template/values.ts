import { TemplateFault } from "./fault.ts";
import { isPlain } from "./members.ts";

/** A value as it is printed. JSON's null prints nothing, a list its items with commas between. Throws a fault for what has no text. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) return "";
  if (value === undefined) throw new TemplateFault("the value is undefined", { hint: 'Give a default: value | default("...")' });
  if (typeof value === "function") throw new TemplateFault("a function is printed and not called", { hint: "Write name(...)" });
  if (Array.isArray(value)) return value.map(toText).join(",");
  if (value instanceof Uint8Array) throw notText();
  if (value instanceof RegExp) return String(value);
  throw new TemplateFault("this is an object and has no text of its own", { hint: `Name a member${memberList(value)}, or use toJson(...)` });
}

/** The fault for bytes where text is needed. */
export function notText(key?: string): TemplateFault {
  const what = key === undefined ? "the value" : `the value of "${key}"`;
  return new TemplateFault(`${what} is not UTF-8 text`, { hint: `Use getv64("${key ?? "KEY"}") for its bytes in base64` });
}

function memberList(value: object): string {
  const names = isPlain(value) ? Object.keys(value).slice(0, 5) : [];
  return names.length === 0 ? "" : ` (${names.join(", ")})`;
}

/** A number, or a text that is one. Throws a fault for anything else. */
export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  if (!Number.isFinite(number)) throw new TemplateFault(`${shown(value)} is not a number`);
  return number;
}

// Characters of the private use area, which no message has otherwise.
const [BEGIN, END] = ["\u{e0f0}", "\u{e0f1}"];

/** A value in a message: short, and quoted when it is text. It is marked, for `withValues` to show or to withhold. */
export function shown(value: unknown): string {
  if (typeof value === "string") return mark(JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value));
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Uint8Array) return "a value that is not UTF-8 text";
  return typeof value === "object" || typeof value === "function" ? `a${typeof value === "object" ? "n object" : " function"}` : mark(String(value));
}

function mark(text: string): string {
  return BEGIN + text.replaceAll(BEGIN, "").replaceAll(END, "") + END;
}

/** A message with its values, or without them where some of them may be parts of a secret. */
export function withValues(message: string, { withhold }: { readonly withhold: boolean }): string {
  return message.replace(new RegExp(`${BEGIN}([^${END}]*)${END}`, "gu"), withhold ? "a value (withheld)" : "$1");
}
