import { AppError } from "../../core/error.ts";
import { toLower, toUpper } from "../../core/letter-case.ts";
import { byteLength, fromBytes, sliceBytes } from "../bytes.ts";
import { type GoFunction, withSignature } from "../functions.ts";
import { regexMatch } from "../re2.ts";
import { withType } from "../values.ts";

/** What functions need of whoever executes the template. */
export interface Outside {
  /** What an address answered. */
  fetched(url: string): Uint8Array;
  /** To say that a part of the template came to nothing. */
  complain(problem: string): void;
}

/** The functions that Registrator 7.4 gives to the template of its tags, by their names. */
export function registratorFunctions({ fetched, complain }: Outside): Readonly<Record<string, GoFunction>> {
  return {
    strSlice: withSignature(strSlice, "string", "...int"),
    sIndex: withSignature(sIndex, "int", "[]string"),
    mIndex: withSignature((key: string, map: ReadonlyMap<string, string>) => map.get(key) ?? "", "string", "map[string]string"),
    toUpper: withSignature(toUpper, "string"),
    toLower: withSignature(toLower, "string"),
    replace: withSignature(replace, "int", "string", "string", "string"),
    join: withSignature((separator: string, texts: readonly string[]) => texts.join(separator), "string", "[]string"),
    split: withSignature(split, "string", "string"),
    splitIndex: withSignature((index: bigint, separator: string, text: string) => sIndex(index, split(separator, text)), "int", "string", "string"),
    matchFirstElement: withSignature((pattern: string, texts: readonly string[]) => texts.find((text) => regexMatch(pattern, text)) ?? "", "string", "[]string"),
    matchAllElements: withSignature((pattern: string, texts: readonly string[]) => strings(texts.filter((text) => regexMatch(pattern, text))), "string", "[]string"),
    httpGet: withSignature(fetched, "string"),
    jsonParse: withSignature((bytes: Uint8Array, path: string) => jsonParse(bytes, path.split("::"), complain), "[]uint8", "string"),
  };
}

/** Bytes from one to the other; all of them where there are not so many. */
function strSlice(text: string, ...bounds: readonly bigint[]): string {
  const length = byteLength(text);
  const [from = 0, to = length] = bounds.map(Number);
  if (bounds.length === 0 || bounds.length > 2 || from > length || to > length) return text;
  if (from < 0 || to < 0) throw outOfRange("slice bounds", Math.min(from, to));
  return sliceBytes(text, from, to < from ? length : to);
}

/** A negative index counts from the end; one beyond an end is that end. */
function sIndex(index: bigint, texts: readonly string[]): string {
  const at = Number(index);
  const found = at < 0 ? (texts.at(at) ?? texts[0]) : (texts[at] ?? texts.at(-1));
  if (found === undefined) throw outOfRange("index", at);
  return found;
}

function outOfRange(what: string, index: number): AppError {
  return new AppError("TEMPLATE_FAILED", `runtime error: ${what} out of range [${index}]`);
}

/** Go's strings.Replace: an empty text is found before each character and at the end. */
function replace(most: bigint, old: string, replacement: string, text: string): string {
  let left = most < 0n ? Number.POSITIVE_INFINITY : Number(most);
  return text.replaceAll(old === "" ? /(?:)/gu : old, (found) => (left-- > 0 ? replacement : found));
}

function split(separator: string, text: string): string[] {
  return strings(separator === "" ? [...text] : text.split(separator));
}

function strings(texts: string[]): string[] {
  return withType(texts, "[]string");
}

/** What stands at a path in JSON; "[0]" is the first of a list. What is no text is given as JSON. */
function jsonParse(bytes: Uint8Array, path: readonly string[], complain: Outside["complain"]): string {
  let value: unknown;
  try {
    value = JSON.parse(fromBytes(bytes));
  } catch {
    complain("jsonParse: what it was given is no JSON");
    return "";
  }
  for (const step of path) {
    const key = Array.isArray(value) ? step.replace(/^\[(\d+)\]$/, "$1") : step;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      complain("jsonParse: there is nothing at that path");
      return "";
    }
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
