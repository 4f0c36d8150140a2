import { AppError } from "../core/error.ts";

type Library = typeof import("re2js");
type Pattern = ReturnType<Library["RE2JS"]["compile"]>;

/** How many steps a match may take: characters by the size of the compiled pattern. */
const LONGEST_MATCH = 200_000_000;
const MATCHES_BETWEEN_LOOKS = 64;
const LONGEST_PATTERN = 10_000;
const KEPT_PATTERNS = 200;

let library: Library | undefined;
const patterns = new Map<string, Pattern>();

/** Loads the library; nothing of this file works before. */
export async function loadRe2(): Promise<void> {
  library ??= await import("re2js");
}

/** Go's regexp.MatchString. */
export function regexMatch(pattern: string, text: string): boolean {
  return compiled(pattern, text).matcher(text).find();
}

/** Go's FindString: the first match, "" where there is none. */
export function regexFind(pattern: string, text: string): string {
  const matcher = compiled(pattern, text).matcher(text);
  return matcher.find() ? (matcher.group() ?? "") : "";
}

/** Go's ReplaceAllString: "$1", "${name}" and "$$" in the replacement are filled in. Each match may look at the whole rest of the text, so `isOver` is asked now and then. */
export function regexReplaceAll(pattern: string, text: string, replacement: string, isOver: () => boolean): string {
  const regex = compiled(pattern, text);
  const matcher = regex.matcher(text);
  const parts = parseReplacement(replacement);
  let made = "";
  let last = 0;
  let matches = 0;
  for (let at = 0; at <= text.length && matcher.find(at); ) {
    matches += 1;
    if (matches % MATCHES_BETWEEN_LOOKS === 0 && isOver()) throw new Error("exceeded maximum time");
    const [start, end] = [matcher.start(), matcher.end()];
    made += text.slice(last, start);
    // An empty match right behind another one is none.
    if (end > last || start === 0) made += parts.map((part) => (typeof part === "string" ? part : groupOf(matcher, regex, part.group))).join("");
    last = end;
    at = Math.max(end, at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1));
  }
  return made + text.slice(last);
}

/** Go's FindAllString: the matches, so many at most; below 0 all of them. */
export function regexFindAll(pattern: string, text: string, most: number, isOver: () => boolean): string[] {
  return [...matchesOf(pattern, text, most, isOver)].map(([start, end]) => text.slice(start, end));
}

/** Go's Split: the parts between matches, so many at most; below 0 all of them, and of 0 none. */
export function regexSplit(pattern: string, text: string, most: number, isOver: () => boolean): string[] {
  if (most === 0) return [];
  if (pattern !== "" && text === "") return [""];
  const parts: string[] = [];
  let [from, last] = [0, 0];
  for (const [start, end] of matchesOf(pattern, text, most, isOver)) {
    if (most > 0 && parts.length === most - 1) break;
    last = start;
    if (end !== 0) parts.push(text.slice(from, start));
    from = end;
  }
  return last === text.length ? parts : [...parts, text.slice(from)];
}

/** Where the matches are; an empty one right behind another is none. */
function* matchesOf(pattern: string, text: string, most: number, isOver: () => boolean): Generator<readonly [number, number]> {
  const matcher = compiled(pattern, text).matcher(text);
  let [at, former, found, looked] = [0, -1, 0, 0];
  while (found !== most && at <= text.length && matcher.find(at)) {
    looked += 1;
    if (looked % MATCHES_BETWEEN_LOOKS === 0 && isOver()) throw new Error("exceeded maximum time");
    const [start, end] = [matcher.start(), matcher.end()];
    const counts = end > at || start !== former;
    at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    former = end;
    if (!counts) continue;
    found += 1;
    yield [start, end];
  }
}

function compiled(pattern: string, text: string): Pattern {
  if (library === undefined) throw new AppError("INTERNAL", "The library for regular expressions is not loaded");
  if (pattern.length > LONGEST_PATTERN) throw new Error(`the regular expression is longer than ${LONGEST_PATTERN} characters`);
  const known = patterns.get(pattern) ?? compile(pattern, library);
  if (patterns.size >= KEPT_PATTERNS) patterns.clear();
  patterns.set(pattern, known);
  if (text.length * known.programSize() > LONGEST_MATCH) throw new Error(`the text of ${text.length} characters is too long for this regular expression`);
  return known;
}

function compile(pattern: string, { RE2JS }: Library): Pattern {
  try {
    return RE2JS.compile(pattern);
  } catch (thrown) {
    // Go says what it is about even where that is nothing.
    throw thrown instanceof Error && !thrown.message.includes(": `") ? new Error(`${thrown.message}: \`\``) : thrown;
  }
}

type Part = string | { readonly group: string };

/** Go's Expand: a name is as long as it can be, "$1x" is the group "1x". */
function parseReplacement(template: string): Part[] {
  return template.split(/(\$\$|\$\{[\p{L}\p{Nd}_]+\}|\$[\p{L}\p{Nd}_]+)/u).map((part, index) => {
    if (index % 2 === 0) return part;
    return part === "$$" ? "$" : { group: part.replace(/^\$\{?|\}$/g, "") };
  });
}

function groupOf(matcher: ReturnType<Pattern["matcher"]>, regex: Pattern, group: string): string {
  if (/^(0|[1-9]\d*)$/.test(group)) return Number(group) <= matcher.groupCount() ? (matcher.group(Number(group)) ?? "") : "";
  return Object.hasOwn(regex.namedGroups(), group) ? (matcher.group(group) ?? "") : "";
}
