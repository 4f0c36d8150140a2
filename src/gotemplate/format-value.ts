import { type Flags, NO_FLAGS, pad } from "./format-flags.ts";
import { elementAt, entriesOf, GoInteger, GoStruct, integerOf, Interface, kindOf, typeOf, unpack } from "./values.ts";
import { formatFloating, formatInteger } from "./format-number.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import { quote } from "./quote.ts";

/** How deep values may lie in each other before they are taken for endless. */
const MAX_DEPTH = 500;

/** One value for one verb, as Go's fmt prints it; what does not fit the verb is `%!verb(type=value)`. */
export function formatValue(value: unknown, verb = "v", flags: Flags = NO_FLAGS, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError("value is nested too deeply");
  if (depth === 0 && verb === "T") return pad(cut(typeOf(unpack(value)), flags), flags);
  const inner = unpack(value);
  const bad = () => badVerb(inner, verb, flags);
  switch (kindOf(inner)) {
    case "invalid": return verb === "v" || depth > 0 ? nil(flags, depth) : bad();
    case "bool": return verb === "t" || verb === "v" ? pad(String(inner), flags) : bad();
    case "int":
    case "uint": return formatInteger(integerOf(inner), verb, flags, { unsigned: kindOf(inner) === "uint" }) ?? bad();
    case "float": return formatFloating(inner as number, verb, flags) ?? bad();
    case "string": return formatString(inner as string, verb, flags) ?? bad();
    case "slice": return inner instanceof Uint8Array ? formatBytes(inner, verb, flags) : formatSlice(inner as readonly unknown[], verb, flags, depth);
    case "map": return formatMap(inner as object, verb, flags, depth);
    case "struct": return formatStruct(inner as GoStruct, verb, flags, depth);
    // Go prints the address of a function, which is another each time.
    default: return verb === "v" || verb === "p" ? pad("0x0", flags) : formatInteger(0n, verb, flags) ?? bad();
  }
}

function nil(flags: Flags, depth: number): string {
  if (depth === 0) return pad("<nil>", flags);
  return flags.sharpV ? "interface {}(nil)" : "<nil>";
}

function badVerb(value: unknown, verb: string, flags: Flags): string {
  return `%!${verb}(${value === undefined ? "<nil>" : `${typeOf(value)}=${formatValue(value, "v", flags)}`})`;
}

function formatString(value: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case "v": return flags.sharpV ? formatQuoted(value, flags) : pad(cut(value, flags), flags);
    case "s": return pad(cut(value, flags), flags);
    case "q": return formatQuoted(value, flags);
    case "x":
    case "X": return formatHex(toBytes(value), verb, flags);
    default: return undefined;
  }
}

function formatQuoted(value: string, flags: Flags): string {
  const text = cut(value, flags);
  const canBackquote = flags.sharp && !/[`\x00-\x08\x0a-\x1f\x7f\uFEFF\uDC80-\uDCFF]/.test(text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, ""));
  return pad(canBackquote ? `\`${text}\`` : quote(text, { ascii: flags.plus }), flags);
}

function cut(value: string, { precision }: Flags): string {
  return precision === undefined ? value : [...value].slice(0, precision).join("");
}

function formatHex(bytes: Uint8Array, verb: string, flags: Flags): string {
  const shown = Buffer.from(bytes.subarray(0, flags.precision ?? bytes.length)).toString("hex");
  if (shown === "") return pad("", flags);
  const prefix = flags.sharp ? "0x" : "";
  const text = prefix + (flags.space ? shown.replace(/..(?!$)/g, `$& ${prefix}`) : shown);
  return pad(verb === "X" ? text.toUpperCase() : text, flags);
}

function formatBytes(bytes: Uint8Array, verb: string, flags: Flags): string {
  if (verb !== "v" && verb !== "d") {
    const text = verb === "x" || verb === "X" ? formatHex(bytes, verb, flags) : formatString(fromBytes(bytes), verb, flags);
    return text ?? `[${[...bytes].map((byte) => formatValue(new GoInteger("uint8", BigInt(byte)), verb, flags, 1)).join(" ")}]`;
  }
  if (flags.sharpV) return `[]byte{${[...bytes].map((byte) => `0x${byte.toString(16)}`).join(", ")}}`;
  return `[${[...bytes].map((byte) => formatInteger(BigInt(byte), "d", flags)).join(" ")}]`;
}

function formatSlice(slice: readonly unknown[], verb: string, flags: Flags, depth: number): string {
  const elements = Array.from(slice, (_, index) => formatValue(elementAt(slice, index), verb, flags, depth + 1));
  return flags.sharpV ? `${typeOf(slice)}{${elements.join(", ")}}` : `[${elements.join(" ")}]`;
}

function formatMap(map: object, verb: string, flags: Flags, depth: number): string {
  const pairs = entriesOf(map).map((pair) => pair.map((part) => formatValue(part, verb, flags, depth + 1)).join(":"));
  return flags.sharpV ? `${typeOf(map)}{${pairs.join(", ")}}` : `map[${pairs.join(" ")}]`;
}

function formatStruct(struct: GoStruct, verb: string, flags: Flags, depth: number): string {
  const stringer = struct.methods["String"];
  if (typeof stringer === "function" && !flags.sharpV && "vsxXq".includes(verb)) return formatString(String(stringer()), verb, flags) ?? "";
  const named = flags.plusV || flags.sharpV;
  const fields = [...struct.fields].map(([name, value]) => (named ? `${name}:` : "") + formatValue(value ?? new Interface(null), verb, flags, depth + 1));
  return flags.sharpV ? `${struct.type}{${fields.join(", ")}}` : `{${fields.join(" ")}}`;
}
