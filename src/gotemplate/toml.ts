import { elementAt, entriesOf, type GoStruct, integerOf, kindOf, typeOf, unpack } from "./values.ts";
import { sprintf } from "./printf.ts";

type Member = readonly [string, unknown];

/** What github.com/BurntSushi/toml writes of a map: names sorted, values before tables, two spaces for each table that it is in. */
export function printToml(value: unknown): string {
  const members = membersOf(unpack(value));
  if (members === undefined) return inline(value);
  const lines: string[] = [];
  table(members, [], lines);
  return lines.join("\n").trim();
}

function table(members: readonly Member[], path: readonly string[], lines: string[]): void {
  const indent = "  ".repeat(path.length);
  const [values, tables] = [members.filter(([, item]) => !isTable(item)), members.filter(([, item]) => isTable(item))];
  for (const [name, item] of values) if (kindOf(unpack(item)) !== "invalid") lines.push(`${indent}${key(name)} = ${inline(item)}`);
  for (const [name, item] of tables) {
    const own = [...path, name];
    const head = own.map(key).join(".");
    const found = membersOf(unpack(item));
    if (path.length === 0) lines.push("");
    if (found !== undefined) {
      lines.push(`${indent}[${head}]`);
      table(found, own, lines);
      continue;
    }
    itemsOf(unpack(item) as readonly unknown[]).forEach((one) => {
      if (lines.at(-1) !== "") lines.push("");
      lines.push(`${indent}[[${head}]]`);
      table(membersOf(unpack(one)) ?? [], own, lines);
    });
  }
}

/** A map, or a list of maps. */
function isTable(packed: unknown): boolean {
  const value = unpack(packed);
  if (membersOf(value) !== undefined) return true;
  if (kindOf(value) !== "slice" || value instanceof Uint8Array) return false;
  const items = itemsOf(value as readonly unknown[]);
  return items.length > 0 && items.every((item) => membersOf(unpack(item)) !== undefined);
}

function membersOf(value: unknown): readonly Member[] | undefined {
  if (kindOf(value) === "map") return entriesOf(value as object).map(([name, item]) => [String(name), item]);
  return kindOf(value) === "struct" ? [...(value as GoStruct).fields] : undefined;
}

function itemsOf(list: readonly unknown[]): readonly unknown[] {
  return Array.from({ length: list.length }, (_, index) => elementAt(list, index));
}

function inline(packed: unknown): string {
  const value = unpack(packed);
  switch (kindOf(value)) {
    case "bool": return String(value);
    case "int":
    case "uint": return String(integerOf(value));
    case "float": return floating(value as number);
    case "string": return quoted(value as string);
    case "slice": return `[${itemsOf(value as readonly unknown[]).map(item).join(", ")}]`;
    case "map":
    case "struct": return `{${(membersOf(value) ?? []).map(([name, item]) => `${key(name)} = ${inline(item)}`).join(", ")}}`;
    default: throw new Error(`toml: cannot encode ${typeOf(value)}`);
  }
}

function item(packed: unknown): string {
  if (kindOf(unpack(packed)) === "invalid") throw new Error("toml: cannot encode array with nil element");
  return inline(packed);
}

function floating(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const text = sprintf("%v", [value]);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function key(name: string): string {
  return /^[\w-]+$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}
