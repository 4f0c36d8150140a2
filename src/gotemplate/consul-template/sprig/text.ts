import { createHash } from "node:crypto";
import { toLower, toUpper } from "../../../core/letter-case.ts";
import { byteLength, fromBytes, sliceBytes, toBytes } from "../../bytes.ts";
import { decoded } from "../../confd/encoding.ts";
import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { sprintf } from "../../printf.ts";
import { quote } from "../../quote.ts";
import { withType } from "../../values.ts";
import { fn } from "../definition.ts";
import { trimmed, trimSpace } from "../text.ts";
import { textOf } from "./cast.ts";

const MOST_CHARACTERS = 10_000_000;

export const SPRIG_TEXT_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("sprig_upper(text string) string", "In capital letters.", '{{sprig_upper "shop"}}', (_, text: string) => toUpper(text)),
  fn("sprig_lower(text string) string", "In small letters.", '{{sprig_lower "SHOP"}}', (_, text: string) => toLower(text)),
  fn("sprig_title(text string) string", "Each word with a capital at its beginning.", '{{sprig_title "my shop"}}', (_, text: string) => text.replace(/(?<![\p{L}\p{Nd}_])\p{L}/gu, (letter) => toUpper(letter))),
  fn("sprig_untitle(text string) string", "Each word with a small letter at its beginning.", '{{sprig_untitle "My Shop"}}', (_, text: string) => text.replace(/(?<!\S)\S/gu, (letter) => toLower(letter))),
  fn("sprig_trim(text string) string", "The text without white space at its beginning and end.", '{{key "motd" | sprig_trim}}', (_, text: string) => trimSpace(text)),
  ...["sprig_trimAll", "sprig_trimall"].map((name) => fn(`${name}(characters string, text string) string`, "The text without these characters at its beginning and end.", `{{${name} "/" "/a/"}}`, (_, characters: string, text: string) => trimmed(text, characters))),
  fn("sprig_trimPrefix(prefix string, text string) string", "The text without the prefix, if it begins with it.", '{{"v1" | sprig_trimPrefix "v"}}', (_, prefix: string, text: string) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  fn("sprig_trimSuffix(suffix string, text string) string", "The text without the suffix, if it ends with it.", '{{"a." | sprig_trimSuffix "."}}', (_, suffix: string, text: string) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text)),
  fn("sprig_contains(part string, text string) bool", "Whether the part stands somewhere in the text.", '{{if "primary-1" | sprig_contains "primary"}}yes{{end}}', (_, part: string, text: string) => text.includes(part)),
  fn("sprig_hasPrefix(prefix string, text string) bool", "Whether the text begins with the prefix.", '{{if "v1" | sprig_hasPrefix "v"}}yes{{end}}', (_, prefix: string, text: string) => text.startsWith(prefix)),
  fn("sprig_hasSuffix(suffix string, text string) bool", "Whether the text ends with the suffix.", '{{if "a.tld" | sprig_hasSuffix ".tld"}}yes{{end}}', (_, suffix: string, text: string) => text.endsWith(suffix)),
  fn("sprig_replace(old string, new string, text string) string", "The text with all occurrences replaced.", '{{"a.b" | sprig_replace "." "_"}}', (_, old: string, replacement: string, text: string) => text.replaceAll(old === "" ? /(?:)/gu : old, () => replacement)),
  fn("sprig_repeat(times int, text string) string", "The text so many times.", '{{sprig_repeat 3 "ab"}}', (_, times: bigint, text: string) => repeated(text, times)),
  fn("sprig_trunc(bytes int, text string) string", "The first so many bytes of the text; of a number below 0 the last.", '{{"abcdef" | sprig_trunc 3}}', (_, bytes: bigint, text: string) => truncated(text, Number(bytes))),
  fn("sprig_substr(from int, to int, text string) string", "The bytes from one place to before another; to the end where that is below 0 or behind it.", '{{"abcdef" | sprig_substr 1 3}}', (_, from: bigint, to: bigint, text: string) => substring(text, Number(from), Number(to))),
  fn("sprig_nospace(text string) string", "The text without any white space. Of one that has some, other characters than ASCII are damaged, as there.", '{{sprig_nospace " a b "}}', (_, text: string) => nospace(text)),
  fn("sprig_initials(text string) string", "The first byte of each word.", '{{sprig_initials "First Try"}}', (_, text: string) => (latin(text).match(/(?<![^\t\n\v\f\r \x85\xa0])[^\t\n\v\f\r \x85\xa0]/g) ?? []).join("")),
  fn("sprig_indent(spaces int, text string) string", "The text with so many spaces before each line, empty lines too.", '{{key "snippet" | sprig_indent 4}}', (_, spaces: bigint, text: string) => indented(text, spaces)),
  fn("sprig_nindent(spaces int, text string) string", "As `sprig_indent`, on a new line.", 'block:{{key "snippet" | sprig_nindent 2}}', (_, spaces: bigint, text: string) => `\n${indented(text, spaces)}`),
  fn("sprig_wrap(width int, text string) string", "The text in lines of so many bytes, broken at spaces; a word that is longer stays whole.", '{{key "motd" | sprig_wrap 70}}', (_, width: bigint, text: string) => wrapped(text, Number(width), "\n", false)),
  fn("sprig_wrapWith(width int, separator string, text string) string", "As `sprig_wrap`, with something else than a line's end between; a word that is longer is broken.", '{{key "motd" | sprig_wrapWith 70 "<br>"}}', (_, width: bigint, separator: string, text: string) => wrapped(text, Number(width), separator === "" ? "\n" : separator, true)),
  fn("sprig_quote(values ...interface {}) string", "Each value as text in double quotes, escaped as in a Go source; nothing is left out.", '{{sprig_quote "a" 1}}', (_, ...values: unknown[]) => there(values).map((value) => quote(textOf(value))).join(" ")),
  fn("sprig_squote(values ...interface {}) string", "Each value in single quotes; nothing in it is escaped.", '{{sprig_squote "a" 1}}', (_, ...values: unknown[]) => there(values).map((value) => `'${sprintf("%v", [value])}'`).join(" ")),
  fn("sprig_cat(values ...interface {}) string", "The values with a space between them; nothing is left out.", '{{sprig_cat "a" 1}}', (_, ...values: unknown[]) => there(values).map((value) => sprintf("%v", [value])).join(" ")),
  fn("sprig_toString(value interface {}) string", "A value as text.", '{{sprig_toString 80 | len}}', (_, value: unknown) => textOf(value)),
  fn("sprig_plural(one string, many string, count int) string", "The first text where the count is 1, else the second one.", '{{sprig_plural "server" "servers" (len (service "web"))}}', (_, one: string, many: string, count: bigint) => (count === 1n ? one : many)),
  fn("sprig_splitList(separator string, text string) []string", "The parts between separators; with an empty separator the characters.", '{{range sprig_splitList "," "a,b"}}{{.}} {{end}}', (_, separator: string, text: string) => withType(parts(text, separator), "[]string")),
  fn("sprig_split(separator string, text string) map[string]string", "The parts between separators as `._0`, `._1` and so on.", '{{(sprig_split ":" "db:5432")._1}}', (_, separator: string, text: string) => numbered(parts(text, separator))),
  fn("sprig_splitn(separator string, most int, text string) map[string]string", "As `sprig_split`, with so many parts at most; the last one is what is left.", '{{(sprig_splitn ":" 2 "a:b:c")._1}}', (_, separator: string, most: bigint, text: string) => {
    const all = parts(text, separator);
    const count = most < 0n ? all.length : Number(most);
    return numbered(count === 0 || all.length <= count ? all.slice(0, count) : [...all.slice(0, count - 1), all.slice(count - 1).join(separator)]);
  }),
  fn("sprig_b64enc(text string) string", "The bytes of a text in base64.", '{{key "token" | sprig_b64enc}}', (_, text: string) => Buffer.from(toBytes(text)).toString("base64")),
  fn("sprig_b64dec(text string) string", "What base64 stands for. Of what is none it is the sentence that says so, and no error.", '{{key "certificate" | sprig_b64dec}}', (_, text: string) => {
    try {
      return decoded(text);
    } catch (thrown) {
      return (thrown as Error).message;
    }
  }),
  ...["sha1", "sha256", "sha512"].map((name) => fn(`sprig_${name}sum(text string) string`, `The ${name.toUpperCase().replace("SHA", "SHA-")} hash of the bytes of a text, in hexadecimal digits.`, `{{sprig_${name}sum "shop"}}`, (_, text: string) => createHash(name).update(toBytes(text)).digest("hex"))),
];

function there(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => value !== null && value !== undefined);
}

function repeated(text: string, times: bigint): string {
  if (times < 0n) throw new Error("strings: negative Repeat count");
  if (Number(times) * text.length > MOST_CHARACTERS) throw new Error(`${times} times this text is too long`);
  return text.repeat(Number(text === "" ? 0n : times));
}

function indented(text: string, spaces: bigint): string {
  const pad = repeated(" ", spaces);
  return pad + text.replaceAll("\n", `\n${pad}`);
}

function truncated(text: string, bytes: number): string {
  const length = byteLength(text);
  if (bytes < 0) return length + bytes > 0 ? sliceBytes(text, length + bytes, length) : text;
  return length > bytes ? sliceBytes(text, 0, bytes) : text;
}

function substring(text: string, from: number, to: number): string {
  const length = byteLength(text);
  const out = (bounds: string) => new Error(`runtime error: slice bounds out of range ${bounds}`);
  if (from < 0) {
    if (to < 0 || to > length) throw out(to < 0 ? `[:${to}]` : `[:${to}] with length ${length}`);
    return sliceBytes(text, 0, to);
  }
  const end = to < 0 || to > length ? length : to;
  if (from > end) throw out(`[${from}:${end}]`);
  return sliceBytes(text, from, end);
}

/** Each byte as a character, as sprig takes it in places. */
function latin(text: string): string {
  return Buffer.from(toBytes(text)).toString("latin1");
}

function nospace(text: string): string {
  const bytes = latin(text);
  const left = bytes.replace(/[\t\n\v\f\r \x85\xa0]/g, "");
  return left.length === bytes.length ? text : left;
}

function parts(text: string, separator: string): string[] {
  return separator === "" ? [...text] : text.split(separator);
}

function numbered(texts: readonly string[]): Map<string, string> {
  return withType(new Map(texts.map((text, index) => [`_${index}`, text])), "map[string]string");
}

function wrapped(text: string, width: number, separator: string, breaks: boolean): string {
  const bytes = latin(text);
  const [most, between] = [Math.max(1, width), latin(separator)];
  let [made, at] = ["", 0];
  while (bytes.length - at > most) {
    if (bytes[at] === " ") {
      at += 1;
      continue;
    }
    const space = bytes.slice(at, at + most + 1).lastIndexOf(" ");
    const next = space > 0 || breaks ? -1 : bytes.indexOf(" ", at + most);
    if (space <= 0 && !breaks && next < 0) break;
    const end = space > 0 ? at + space : breaks ? at + most : next;
    made += bytes.slice(at, end) + between;
    at = bytes[end] === " " && (space > 0 || !breaks) ? end + 1 : end;
  }
  return fromBytes(Buffer.from(made + bytes.slice(at), "latin1"));
}
