import { sprintf } from "./printf.ts";
import { elementAt, entriesOf, GoStruct, integerOf, kindOf, typeOf, unpack } from "./values.ts";
import { isBase60, isTimestamp, resolveScalar } from "./yaml-scalars.ts";
import { compareKeys } from "./yaml-order.ts";

/** Behind this column a line is broken at its next space. */
const WIDTH = 80;

/** Where something is written: what a further line begins with, the column that it begins in, and whether it may have further lines. */
interface Place {
  readonly indent: string;
  readonly column: number;
  readonly isKey?: true;
}

/** What gopkg.in/yaml.v2 writes, without the line break at its end. */
export function printYaml(value: unknown): string {
  return print(value, { indent: "", column: 0 }).replace(/^\n/, "");
}

/** A scalar in its line, or a block that begins with a line break. */
function print(packed: unknown, place: Place): string {
  const value = unpack(packed);
  switch (kindOf(value)) {
    case "invalid": return "null";
    case "bool": return String(value);
    case "int":
    case "uint": return String(integerOf(value));
    case "float": return formatFloat(value as number);
    case "string": return printText(value as string, place);
    case "slice": return printList(value as readonly unknown[], place.indent);
    case "map": return printMembers(entriesOf(value as object).sort(([one], [other]) => compareKeys(unpack(one), unpack(other))), place.indent);
    case "struct": return printMembers([...(value as GoStruct).fields].map(([name, item]) => [name.toLowerCase(), item]), place.indent);
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
    const key = print(name, { indent: "", column: 0, isKey: true });
    // A list stands no deeper than the name that it belongs to.
    const isList = kindOf(unpack(item)) === "slice";
    const printed = print(item, { indent: isList ? indent : `${indent}  `, column: indent.length + [...key].length + 2 });
    return `\n${indent}${key}:${printed.startsWith("\n") ? printed : ` ${printed}`}`;
  }).join("");
}

function printList(list: readonly unknown[], indent: string): string {
  if (list.length === 0) return "[]";
  return Array.from({ length: list.length }, (_, index) => {
    const printed = print(elementAt(list, index), { indent: `${indent}  `, column: indent.length + 2 });
    return `\n${indent}- ${printed.startsWith("\n") ? printed.slice(1 + indent.length + 2) : printed}`;
  }).join("");
}

/** Plain where it reads back as text, in double quotes where it would be something else, in lines where it has several. */
function printText(text: string, place: Place): string {
  if (/[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) return inDoubleQuotes(text, place);
  if (text.includes("\n")) return place.isKey ? inDoubleQuotes(text, place) : printLines(text, place.indent);
  if (typeof resolveScalar(text) !== "string" || isBase60(text) || isTimestamp(text)) return inDoubleQuotes(text, place);
  const isPlain = !/^[\s,[\]{}#&*!|>'"%@`]|^[-?:](\s|$)|^(---|\.\.\.)|: |:$| #|\s$/.test(text);
  return isPlain ? folded([...text], place) : `'${folded([...text].map((char) => (char === "'" ? "''" : char)), { ...place, column: place.column + 1 }, "within")}'`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\0": "0", "\x07": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e", '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P" };

function inDoubleQuotes(text: string, place: Place): string {
  return `"${folded([...text].map(escaped), { ...place, column: place.column + 1 }, "escaped")}"`;
}

function escaped(char: string): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]$/u.test(char)) return char;
  if (ESCAPES[char] !== undefined) return `\\${ESCAPES[char]}`;
  const digits = (char.codePointAt(0) as number).toString(16).toUpperCase();
  return digits.length <= 2 ? `\\x${digits.padStart(2, "0")}` : digits.length <= 4 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

/** The characters in lines: one ends at the first single space behind the width; in quotes not at the first nor at the last character. */
function folded(chars: readonly string[], { indent, column, isKey }: Place, quotes?: "within" | "escaped"): string {
  if (isKey) return chars.join("");
  const inner = indent === "" ? "  " : indent;
  let [made, at, afterSpace] = ["", column, false];
  chars.forEach((char, index) => {
    const isInside = quotes === undefined || (index > 0 && index < chars.length - 1);
    if (char === " " && !afterSpace && at > WIDTH && isInside && (quotes === "escaped" || chars[index + 1] !== " ")) {
      made += `\n${inner}${chars[index + 1] === " " ? "\\" : ""}`;
      at = inner.length;
    } else {
      made += char;
      at += [...char].length;
    }
    afterSpace = char === " ";
  });
  return made;
}

function printLines(text: string, indent: string): string {
  const chomping = text.endsWith("\n\n") || text === "\n" ? "+" : text.endsWith("\n") ? "" : "-";
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const inner = indent === "" ? "  " : indent;
  const lines = text.replace(/\n$/, "").split("\n").map((line) => (line === "" ? "" : inner + line));
  return `|${hint}${chomping}\n${lines.join("\n")}`;
}
