import { AppError } from "../core/error.ts";
import { elementAt, entriesOf, GoStruct, integerOf, kindOf, typeOf, unpack, withType } from "./values.ts";
import { sprintf } from "./printf.ts";

type Library = typeof import("./yaml-document.ts");

let library: Library | undefined;

/** Loads the library; nothing of this file works before. */
export async function loadYaml(): Promise<void> {
  library ??= await import("./yaml-document.ts");
}

/** What gopkg.in/yaml.v2 makes of a text where anything is taken: maps are map[interface {}]interface {}, whole numbers int. */
export function parseYaml(text: string): unknown {
  const { parseDocument } = loaded();
  const document = parseDocument(text, { version: "1.1", intAsBigInt: true, prettyErrors: false, logLevel: "error" });
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`yaml: ${problem.message}`);
  return fromYaml(document.toJS({ mapAsMap: true, maxAliasCount: 100 }));
}

/** What yaml.v2 writes, without the line break at its end. */
export function printYaml(value: unknown): string {
  return print(value, "").replace(/^\n/, "");
}

function loaded(): Library {
  if (library === undefined) throw new AppError("INTERNAL", "The library for YAML is not loaded");
  return library;
}

function fromYaml(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromYaml);
  if (value instanceof Map) return withType(new Map([...value].map(([key, item]) => [fromYaml(key), fromYaml(item)])), "map[interface {}]interface {}");
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Set) return withType(new Map([...value].map((key) => [key, null])), "map[interface {}]interface {}");
  return value;
}

/** A scalar in its line, or a block that begins with a line break. */
function print(packed: unknown, indent: string): string {
  const value = unpack(packed);
  switch (kindOf(value)) {
    case "invalid": return "null";
    case "bool": return String(value);
    case "int":
    case "uint": return String(integerOf(value));
    case "float": return formatFloat(value as number);
    case "string": return printText(value as string, indent);
    case "slice": return printList(value as readonly unknown[], indent);
    case "map": return printMembers(entriesOf(value as object), indent);
    case "struct": return printMembers([...(value as GoStruct).fields].map(([name, item]) => [name.toLowerCase(), item]), indent);
    default: throw new Error(`yaml: cannot marshal type: ${typeOf(value)}`);
  }
}

function formatFloat(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  return Number.isFinite(value) ? sprintf("%v", [value]) : value > 0 ? ".inf" : "-.inf";
}

function printMembers(members: readonly (readonly [unknown, unknown])[], indent: string): string {
  if (members.length === 0) return "{}";
  return members.map(([name, item]) => {
    // A list stands no deeper than the name that it belongs to.
    const isList = kindOf(unpack(item)) === "slice";
    const printed = print(item, isList ? indent : `${indent}  `);
    return `\n${indent}${print(name, "")}:${printed.startsWith("\n") ? printed : ` ${printed}`}`;
  }).join("");
}

function printList(list: readonly unknown[], indent: string): string {
  if (list.length === 0) return "[]";
  return Array.from({ length: list.length }, (_, index) => {
    const printed = print(elementAt(list, index), `${indent}  `);
    return `\n${indent}- ${printed.startsWith("\n") ? printed.slice(1 + indent.length + 2) : printed}`;
  }).join("");
}

/** Plain where it reads back as text, in double quotes where it would be something else, in lines where it has several. */
function printText(text: string, indent: string): string {
  if (text === "") return '""';
  if (/[^\n\x20-\x7e\x85\xa0-\u{10ffff}]/u.test(text)) return JSON.stringify(text);
  if (text.includes("\n")) return printLines(text, indent);
  if (isOtherwise(text)) return JSON.stringify(text);
  const isPlain = !/^[\s,[\]{}#&*!|>'"%@`]|^[-?:](\s|$)|^(---|\.\.\.)|: |:$| #|\s$/.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}

/** What YAML 1.1 takes for a number, a truth value, nothing, a time or a merge. */
function isOtherwise(text: string): boolean {
  return /^(~|null|Null|NULL|<<|y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|true|True|TRUE|false|False|FALSE|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(text) || /^[-+]?(0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*|\d+(:[0-5]?\d)+(\.\d*)?|(\d[\d_]*)?\.?\d[\d_]*([eE][-+]?\d+)?|\d[\d_]*\.)$/.test(text) || /^\d{4}-\d\d?-\d\d?([Tt ].*)?$/.test(text);
}

function printLines(text: string, indent: string): string {
  const chomping = text.endsWith("\n\n") || text === "\n" ? "+" : text.endsWith("\n") ? "" : "-";
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const inner = indent === "" ? "  " : indent;
  const lines = text.replace(/\n$/, "").split("\n").map((line) => (line === "" ? "" : inner + line));
  return `|${hint}${chomping}\n${lines.join("\n")}`;
}
