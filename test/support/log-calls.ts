import { sourcesBelow } from "./sources.ts";

/** A call of the log in src/, as far as the source says what it logs. */
export interface LogCall {
  readonly path: string;
  readonly level: string;
  /** Every text that may be the message; none where it comes from elsewhere. */
  readonly messages: readonly string[];
  /** The fields that are named there; those that are spread in are not among them. */
  readonly fields: readonly string[];
}

/** Every call of the log in src/. */
export function logCalls(): LogCall[] {
  return sourcesBelow("src")
    .filter(({ path }) => path !== "src/log/logger.ts")
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\blog\??\.(debug|info|warn|error)\(/g)].map((match) => {
        const [message = "", fields = ""] = partsOf(text, match.index + match[0].length);
        return { path, level: match[1] as string, messages: textsOf(message), fields: fieldsOf(fields) };
      }),
    );
}

/** The parts between commas that are in no brackets, up to the bracket that closes. */
function partsOf(text: string, start: number): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, start];
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (letter === '"' || letter === "'" || letter === "`") at = endOfText(text, at);
    else if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) {
      if (depth === 0) return [...parts, text.slice(from, at).trim()];
      depth -= 1;
    } else if (letter === "," && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts;
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === text[start]) return at;
  }
  return text.length;
}

/** The texts of an expression, those that it only compares with left out. */
function textsOf(expression: string): string[] {
  const found = [...expression.matchAll(/([=!]== )?"((?:[^"\\]|\\.)*)"/g)];
  return found.filter(([, compared]) => compared === undefined).map(([, , text]) => text as string);
}

function fieldsOf(expression: string): string[] {
  if (!expression.startsWith("{")) return [];
  const parts = partsOf(expression, 1);
  return parts.flatMap((part) => /^(\w+)\s*(?::|$)/.exec(part)?.[1] ?? []);
}
