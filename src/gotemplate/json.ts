import { elementAt, entriesOf, GoInteger, GoStruct, kindOf, typeOf, unpack } from "./values.ts";
import { jsonProblem } from "./json-syntax.ts";

const SHORT: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const DEEPEST = 500;
/** Texts, and numbers outside of them. */
const TOKEN = /"(?:\\.|[^"\\])*"|-?\d[\d.eE+-]*/g;

/** What Go's json.Unmarshal makes of a text where anything is taken: numbers are float64. Throws Go's sentence. */
export function parseJson(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(jsonProblem(text) ?? "invalid JSON");
  }
  const tooLarge = /\d{309}|[eE]\+?\d{3}/.test(text) ? text.match(TOKEN)?.find((token) => !token.startsWith('"') && !Number.isFinite(Number(token))) : undefined;
  if (tooLarge !== undefined) throw new Error(`json: cannot unmarshal number ${tooLarge} into Go value of type float64`);
  return /\\u[dD]/.test(text) ? wellFormed(parsed) : parsed;
}

/** What Go's json.Marshal writes; with an indent json.MarshalIndent. Throws Go's sentence. */
export function printJson(value: unknown, indent = ""): string {
  return print(value, indent, "\n", 0);
}

/** Half of a character is Go's U+FFFD. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\uFFFD");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return new Map(Object.entries(value).map(([key, item]) => [wellFormed(key), wellFormed(item)]));
}

function print(packed: unknown, indent: string, line: string, depth: number): string {
  if (depth > DEEPEST) throw new Error("json: unsupported value: nested too deeply");
  const value = unpack(packed);
  const inner = line + indent;
  const within = (open: string, items: readonly string[], close: string) => {
    if (items.length === 0) return open + close;
    return indent === "" ? open + items.join(",") + close : open + inner + items.join(`,${inner}`) + line + close;
  };
  const member = (name: string, item: unknown) => `${printString(name)}:${indent === "" ? "" : " "}${print(item, indent, inner, depth + 1)}`;
  switch (kindOf(value)) {
    case "invalid": return "null";
    case "bool": return String(value);
    case "int":
    case "uint": return String(value instanceof GoInteger ? value.value : value);
    case "float": return printFloat(value as number);
    case "string": return printString(value as string);
    case "slice":
      if (value instanceof Uint8Array) return printString(Buffer.from(value).toString("base64"));
      return within("[", (value as readonly unknown[]).map((_, index) => print(elementAt(value, index), indent, inner, depth + 1)), "]");
    case "map": return within("{", entriesOf(value as object).map(([key, item]) => member(String(key), item)), "}");
    case "struct": return printStruct(value as GoStruct, within, member);
    default: throw new Error(`json: unsupported type: ${typeOf(value)}`);
  }
}

function printStruct(value: GoStruct, within: (open: string, items: readonly string[], close: string) => string, member: (name: string, item: unknown) => string): string {
  const text = value.methods["MarshalText"];
  if (typeof text === "function") return printString(String(text()));
  return within("{", [...value.fields].map(([name, item]) => member(name, item)), "}");
}

/** As JavaScript writes numbers, but for the sign of zero. */
function printFloat(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`json: unsupported value: ${value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN"}`);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** What would be read in HTML or JavaScript is escaped, and what is not UTF-8 replaced. */
function printString(text: string): string {
  const escaped = text.replace(/["\\\x00-\x1f<>&\u2028\u2029]|\p{Surrogate}/gu, (char) => {
    if (/\p{Surrogate}/u.test(char)) return "\\ufffd";
    return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
