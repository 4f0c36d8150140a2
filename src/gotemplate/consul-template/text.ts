import { toLower, toUpper } from "../../core/letter-case.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";
import { regexMatch, regexReplaceAll } from "../re2.ts";
import { withType } from "../values.ts";
import { fn } from "./definition.ts";

const SPACE = "[\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const MOST_SPACES = 1_000_000n;
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

export const TEXT_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("join(separator string, list []string) string", "The texts of a list, with the separator between them.", '{{"a,b" | split "," | join "-"}}', (_, separator: string, list: readonly string[]) => list.join(separator)),
  fn("split(separator string, text string) []string", "The parts between separators; white space around the text is left out, and an empty text has none.", '{{range "a,b" | split ","}}{{.}} {{end}}', (_, separator: string, text: string) => withType(parts(text, separator), "[]string")),
  fn("splitToMap(between string, within string, text string) map[string]string", "A map of `name=value` pairs: one separator stands between pairs, the other within one.", '{{range $k, $v := "a=1,b=2" | splitToMap "," "="}}{{$k}} is {{$v}} {{end}}', (_, between: string, within: string, text: string) => {
    const pairs = parts(text, between).flatMap((part) => (part.includes(within) ? [[part.slice(0, part.indexOf(within)), part.slice(part.indexOf(within) + within.length)] as const] : []));
    return withType(new Map(pairs), "map[string]string");
  }),
  fn("trim(characters string, text string) string", "The text without these characters at its beginning and end.", '{{trim "/" "/a/b/"}}', (_, characters: string, text: string) => trimmed(text, characters)),
  fn("trimPrefix(prefix string, text string) string", "The text without the prefix, if it begins with it.", '{{"docker.io/web" | trimPrefix "docker.io/"}}', (_, prefix: string, text: string) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  fn("trimSuffix(suffix string, text string) string", "The text without the suffix, if it ends with it.", '{{"example.com." | trimSuffix "."}}', (_, suffix: string, text: string) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text)),
  fn("trimSpace(text string) string", "The text without white space at its beginning and end.", '{{key "motd" | trimSpace}}', (_, text: string) => trimSpace(text)),
  fn("toLower(text string) string", "In small letters.", '{{"SHOP" | toLower}}', (_, text: string) => toLower(text)),
  fn("toUpper(text string) string", "In capital letters.", '{{"shop" | toUpper}}', (_, text: string) => toUpper(text)),
  fn("toTitle(text string) string", "Each word with a capital at its beginning; what follows stays.", '{{"my shop" | toTitle}}', (_, text: string) => toTitle(text)),
  fn("replaceAll(old string, new string, text string) string", "The text with all occurrences replaced.", '{{"a.b" | replaceAll "." "_"}}', (_, old: string, replacement: string, text: string) => text.replaceAll(old === "" ? /(?:)/gu : old, () => replacement)),
  fn("regexReplaceAll(pattern string, replacement string, text string) string", "The text with each match of the regular expression replaced; `$1` and `${name}` in the replacement are what a group matched.", '{{"web-12" | regexReplaceAll "([a-z]+)-([0-9]+)" "$2.$1"}}', ({ isOver }, pattern: string, replacement: string, text: string) => regexReplaceAll(pattern, text, replacement, isOver), { needs: "re2" }),
  fn("regexMatch(pattern string, text string) bool", "Whether the regular expression matches somewhere in the text.", '{{if "v1.2" | regexMatch "^v[0-9]+"}}released{{end}}', (_, pattern: string, text: string) => regexMatch(pattern, text), { needs: "re2" }),
  fn("indent(spaces int, text string) string", "The text with so many spaces before each line that is not empty.", '{{key "snippet" | indent 4}}', (_, spaces: bigint, text: string) => {
    if (spaces < 0n) throw new Error("indent value must be a positive integer");
    if (spaces > MOST_SPACES) throw new Error(`${spaces} spaces are too many`);
    return text.replace(/^(?=[^\n])/gm, " ".repeat(Number(spaces)));
  }),
];

export function trimSpace(text: string): string {
  return text.replace(AROUND, "");
}

function parts(text: string, separator: string): string[] {
  const inner = trimSpace(text);
  if (inner === "") return [];
  return separator === "" ? [...inner] : inner.split(separator);
}

export function trimmed(text: string, characters: string): string {
  const set = new Set(characters);
  const chars = [...text];
  const first = chars.findIndex((char) => !set.has(char));
  return first < 0 ? "" : chars.slice(first, chars.findLastIndex((char) => !set.has(char)) + 1).join("");
}

/** Words are those of Unicode: "it's" is one, "a-b" two. */
function toTitle(text: string): string {
  const words = new Intl.Segmenter("und", { granularity: "word" }).segment(text);
  return [...words].map(({ segment }) => segment.replace(/\p{L}/u, (letter) => toUpper(letter))).join("");
}
