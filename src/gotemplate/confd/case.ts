import { toLower, toUpper } from "../../core/letter-case.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";

const ORIGINAL = "the same; in abtreece's line";

export const CASE_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "snakecase",
    signature: "snakecase(text string) string",
    doc: "The words in small letters with underscores between them: `HTTPServerName` is `http_server_name`.",
    example: '{{snakecase "HTTPServerName"}}',
    original: ORIGINAL,
    call: (_, text: string) => wordsOf(text).map(toLower).join("_"),
  },
  {
    name: "camelcase",
    signature: "camelcase(text string) string",
    doc: "The words without anything between them, each but the first with a capital: `httpServerName`.",
    example: '{{camelcase "http-server-name"}}',
    original: ORIGINAL,
    call: (_, text: string) => wordsOf(text).map((word, index) => (index === 0 ? toLower(word) : capitalized(word))).join(""),
  },
  {
    name: "kebabcase",
    signature: "kebabcase(text string) string",
    doc: "The words in small letters with hyphens between them: `http-server-name`.",
    example: '{{kebabcase "HTTPServerName"}}',
    original: ORIGINAL,
    call: (_, text: string) => wordsOf(text).map(toLower).join("-"),
  },
];

/** Words end at "_", "-" and spaces, before a capital that follows something else, and before the last capital of several. */
function wordsOf(text: string): string[] {
  const chars = [...text];
  const words: string[] = [];
  let word = "";
  chars.forEach((char, index) => {
    if (/[_\- ]/.test(char)) {
      if (word !== "") words.push(word);
      word = "";
      return;
    }
    if (isUpper(char) && word !== "" && (isLower(chars[index + 1]) || !isUpper(chars[index - 1]))) {
      words.push(word);
      word = "";
    }
    word += char;
  });
  return word === "" ? words : [...words, word];
}

/** confd cuts the first byte off, not the first character: a word that begins with another letter than a to z is damaged there, and here. */
function capitalized(word: string): string {
  const bytes = toBytes(word);
  const first = fromBytes(bytes.subarray(0, 1));
  const damaged = (part: string) => part.replace(/[\uDC80-\uDCFF]/gu, "\uFFFD");
  return (/^[a-zA-Z]/.test(word) ? toUpper(first) : damaged(first)) + toLower(damaged(fromBytes(bytes.subarray(1))));
}

function isUpper(char: string | undefined): boolean {
  return char !== undefined && /^\p{Lu}$/u.test(char);
}

function isLower(char: string | undefined): boolean {
  return char !== undefined && /^\p{Ll}$/u.test(char);
}
