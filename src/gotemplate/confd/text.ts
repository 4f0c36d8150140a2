import { toLower, toUpper } from "../../core/letter-case.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";
import { quote } from "../quote.ts";
import { withType } from "../values.ts";

const SPACE = /[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

export const TEXT_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "split",
    signature: "split(text string, separator string) []string",
    doc: "The parts between separators; with an empty separator the characters.",
    example: '{{range split (getv "/hosts") ","}}{{.}} {{end}}',
    original: "the same",
    call: (_, text: string, separator: string) => withType(separator === "" ? [...text] : text.split(separator), "[]string"),
  },
  {
    name: "join",
    signature: "join(list []string, separator string) string",
    doc: "The texts of a list, with the separator between them.",
    example: '{{join (getvs "/hosts/*") ","}}',
    original: "the same",
    call: (_, list: readonly string[], separator: string) => list.join(separator),
  },
  {
    name: "toUpper",
    signature: "toUpper(text string) string",
    doc: "In capital letters.",
    example: '{{toUpper "shop"}}',
    original: "the same",
    call: (_, text: string) => toUpper(text),
  },
  {
    name: "toLower",
    signature: "toLower(text string) string",
    doc: "In small letters.",
    example: '{{toLower "SHOP"}}',
    original: "the same",
    call: (_, text: string) => toLower(text),
  },
  {
    name: "contains",
    signature: "contains(text string, part string) bool",
    doc: "Whether the part stands somewhere in the text.",
    example: '{{if contains (getv "/role") "primary"}}primary{{end}}',
    original: "the same",
    call: (_, text: string, part: string) => text.includes(part),
  },
  {
    name: "replace",
    signature: "replace(text string, old string, new string, times int) string",
    doc: "The text with the first so many occurrences replaced; -1 is all of them.",
    example: '{{replace (getv "/path") "/" "-" -1}}',
    original: "the same",
    call: (_, text: string, old: string, replacement: string, times: bigint) => replaceTimes(text, old, replacement, times),
  },
  {
    name: "trimSuffix",
    signature: "trimSuffix(text string, suffix string) string",
    doc: "The text without the suffix, if it ends with it.",
    example: '{{trimSuffix "example.com." "."}}',
    original: "the same",
    call: (_, text: string, suffix: string) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text),
  },
  {
    name: "trimPrefix",
    signature: "trimPrefix(text string, prefix string) string",
    doc: "The text without the prefix, if it begins with it.",
    example: '{{trimPrefix (getv "/image") "docker.io/"}}',
    original: "the same; in abtreece's line",
    call: (_, text: string, prefix: string) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  },
  {
    name: "repeat",
    signature: "repeat(times int, text string) string",
    doc: "The text so many times.",
    example: '{{repeat 3 "ab"}}',
    original: "the same; in abtreece's line",
    call: (_, times: bigint, text: string) => repeated(text, times),
  },
  {
    name: "nospace",
    signature: "nospace(text string) string",
    doc: "The text without any white space.",
    example: '{{nospace " a b "}}',
    original: "the same; in abtreece's line",
    call: (_, text: string) => text.replace(SPACE, ""),
  },
  {
    name: "indent",
    signature: "indent(spaces int, text string) string",
    doc: "The text with so many spaces before each line, empty lines too; an empty text stays empty.",
    example: '{{indent 4 (getv "/snippet")}}',
    original: "the same; in abtreece's line",
    call: (_, spaces: bigint, text: string) => indented(text, spaces),
  },
  {
    name: "nindent",
    signature: "nindent(spaces int, text string) string",
    doc: "As indent, on a new line.",
    example: 'block:{{nindent 2 (getv "/snippet")}}',
    original: "the same; in abtreece's line",
    call: (_, spaces: bigint, text: string) => `\n${indented(text, spaces)}`,
  },
  {
    name: "quote",
    signature: "quote(text string) string",
    doc: "The text in double quotes, escaped as in a Go source.",
    example: '{{quote (getv "/motd")}}',
    original: "the same; in abtreece's line",
    call: (_, text: string) => quote(text),
  },
  {
    name: "squote",
    signature: "squote(text string) string",
    doc: "The text in single quotes; nothing in it is escaped.",
    example: '{{squote (getv "/motd")}}',
    original: "the same; in abtreece's line",
    call: (_, text: string) => `'${text}'`,
  },
];

/** Go's strings.Replace. */
function replaceTimes(text: string, old: string, replacement: string, times: bigint): string {
  if (times < 0n) return old === "" ? between(text, replacement, Infinity) : text.replaceAll(old, () => replacement);
  if (old === "") return between(text, replacement, Number(times));
  const parts = text.split(old);
  const replaced = Math.min(parts.length - 1, Number(times));
  return [...parts.slice(0, replaced), parts.slice(replaced).join(old)].join(replacement);
}

/** The replacement before each character and at the end, so many times at most. */
function between(text: string, replacement: string, times: number): string {
  const chars = [...text];
  return chars.map((char, index) => (index < times ? replacement : "") + char).join("") + (chars.length < times ? replacement : "");
}

function repeated(text: string, times: bigint): string {
  if (times < 0n) throw new Error("strings: negative Repeat count");
  return text.repeat(text === "" ? 0 : Number(times));
}

function indented(text: string, spaces: bigint): string {
  const pad = repeated(" ", text === "" ? 0n : spaces);
  return text === "" ? "" : pad + text.replaceAll("\n", `\n${pad}`);
}
