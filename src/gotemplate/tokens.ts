/** What a piece of a template is; keywords are named by themselves. */
export type TokenType =
  | "error" | "EOF" | "text" | "left" | "right" | "space" | "(" | ")" | "|" | ":=" | "=" | "char" | "dot" | "field" | "variable"
  | "identifier" | "bool" | "number" | "complex" | "character" | "string" | "raw" | Keyword;

export type Keyword = "block" | "break" | "continue" | "define" | "else" | "end" | "if" | "nil" | "range" | "template" | "with";

/** A piece of a template: `at` counts UTF-16 units from the start of the text, `line` counts from 1. */
export interface Token {
  readonly type: TokenType;
  readonly at: number;
  readonly value: string;
  readonly line: number;
}

export const KEYWORDS: ReadonlySet<string> = new Set<Keyword>(["block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"]);

/** What Go takes for space in an action. */
export const SPACE = " \t\r\n";

/** Whether "- " stands here, after an opening delimiter. */
export function hasLeftTrim(text: string, at: number): boolean {
  return text[at] === "-" && at + 1 < text.length && SPACE.includes(text[at + 1] as string);
}

/** Whether " -" stands here, which trims if a closing delimiter follows. */
export function hasRightTrim(text: string, at: number): boolean {
  return at >= 0 && at < text.length && SPACE.includes(text[at] as string) && text[at + 1] === "-";
}

/** Where a text ends without the space at its end. */
export function trimmedEnd(text: string, start: number, end: number): number {
  while (end > start && SPACE.includes(text[end - 1] as string)) end -= 1;
  return end;
}

export function isDigit(char: string): boolean {
  return char >= "0" && char <= "9" && char.length === 1;
}
