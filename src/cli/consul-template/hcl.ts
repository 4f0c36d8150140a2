// The part of HCL 1 that configurations of consul-template are written in: names with values, blocks, lists, comments, texts and here-documents,
// without interpolation. What npm has under that name is compiled from Go and takes megabytes, or reads the language of Terraform, or is abandoned.

export type HclValue = string | number | boolean | readonly HclValue[] | HclBlock;

/** Names with their values in the order in which they stand; one may stand several times. */
export interface HclBlock {
  readonly entries: readonly HclEntry[];
}

export interface HclEntry {
  readonly name: string;
  readonly value: HclValue;
  /** Counted from 1. */
  readonly line: number;
}

/** What is wrong with a text, and in which line. */
export class HclFault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

interface Token {
  readonly kind: "name" | "text" | "number" | "mark" | "end";
  readonly text: string;
  readonly line: number;
}

const TOKEN = /(?<space>[ \t\r\n]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|<<(?<indented>-)?(?<end>\w+)[ \t]*\r?\n|"(?<text>(?:\\[\s\S]|[^"\\\n])*)"|(?<number>[-+]?(?:0x[\da-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.-]))|(?<name>[A-Za-z_][\w.-]*)|(?<mark>[=:{}[\],])/y;
const DEEPEST = 50;

/** Reads a text. Throws an HclFault. */
export function parseHcl(text: string): HclBlock {
  return new Parser([...tokensOf(text)]).file();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  file(): HclBlock {
    const entries = this.#entries("");
    const { kind, text, line } = this.#next();
    if (kind !== "end") throw new HclFault(`"${text}" closes nothing`, line);
    return { entries };
  }

  #entries(closing: string): HclEntry[] {
    if (++this.#depth > DEEPEST) throw new HclFault("it is nested too deeply", this.#peek().line);
    const entries: HclEntry[] = [];
    while (this.#peek().kind !== "end" && this.#peek().text !== "}") {
      entries.push(this.#entry());
      if (this.#isMark(",")) this.#next();
    }
    this.#depth -= 1;
    if (closing !== "" && this.#peek().kind === "end") throw new HclFault(`"${closing}" is missing`, this.#peek().line);
    return entries;
  }

  #entry(): HclEntry {
    const { kind, text: name, line } = this.#next();
    if (kind !== "name" && kind !== "text") throw new HclFault(`a name is missing before "${name}"`, line);
    if (this.#isMark("=") || this.#isMark(":")) {
      this.#next();
      return { name, value: this.#value(), line };
    }
    // A label of a block is a block in it.
    if (this.#peek().kind === "text") return { name, value: { entries: [this.#entry()] }, line };
    if (this.#isMark("{")) return { name, value: this.#value(), line };
    throw new HclFault(`"=" or "{" is missing behind "${name}"`, line);
  }

  #value(): HclValue {
    const { kind, text, line } = this.#next();
    if (kind === "text") return text;
    if (kind === "number") return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
    if (kind === "name" && (text === "true" || text === "false")) return text === "true";
    if (kind === "mark" && text === "{") {
      const entries = this.#entries("}");
      this.#next();
      return { entries };
    }
    if (kind === "mark" && text === "[") return this.#list(line);
    throw new HclFault(kind === "end" ? "a value is missing at the end" : `"${text}" is no value: put text in quotes`, line);
  }

  #list(line: number): readonly HclValue[] {
    const items: HclValue[] = [];
    while (!this.#isMark("]")) {
      if (this.#peek().kind === "end") throw new HclFault('"]" is missing', line);
      items.push(this.#value());
      if (this.#isMark(",")) this.#next();
      else if (!this.#isMark("]")) throw new HclFault(`"," or "]" is missing before "${this.#peek().text}"`, this.#peek().line);
    }
    this.#next();
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#at += 1;
    return token;
  }

  #isMark(text: string): boolean {
    return this.#peek().kind === "mark" && this.#peek().text === text;
  }
}

function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new HclFault(text[at] === '"' ? "a text is not closed in its line" : `"${text[at]}" does not belong here`, line);
    const end = TOKEN.lastIndex;
    const { name, text: quoted, number, mark } = groups;
    const here = line;
    line += newlines(text.slice(at, end));
    at = end;
    if (groups["end"] !== undefined) {
      const document = hereDocument(text.slice(end), groups["end"], groups["indented"] !== undefined, here);
      line += newlines(text.slice(end, end + document.length));
      at = end + document.length;
      yield { kind: "text", text: document.content, line: here };
    } else if (quoted !== undefined) yield { kind: "text", text: unescaped(quoted, here), line: here };
    else if (number !== undefined) yield { kind: "number", text: number, line: here };
    else if (name !== undefined) yield { kind: "name", text: name, line: here };
    else if (mark !== undefined) yield { kind: "mark", text: mark, line: here };
  }
  yield { kind: "end", text: "", line };
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}

/** Its lines up to the word alone in its line; with "<<-" without the white space that all of them begin with. */
function hereDocument(rest: string, word: string, indented: boolean, line: number): { readonly content: string; readonly length: number } {
  const closing = new RegExp(`^[ \\t]*${word}[ \\t]*\\r?$`, "m").exec(rest);
  if (closing === null) throw new HclFault(`a line with "${word}" alone is missing`, line);
  const content = rest.slice(0, closing.index);
  const length = closing.index + closing[0].length;
  if (!indented) return { content, length };
  const margins = content.split("\n").filter((each) => each.trim() !== "").map((each) => /^[ \t]*/.exec(each)?.[0].length ?? 0);
  const margin = Math.min(...margins, /^[ \t]*/.exec(closing[0])?.[0].length ?? 0);
  return { content: content.replaceAll(new RegExp(`^[ \\t]{0,${margin}}`, "gm"), ""), length };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v", '"': '"', "\\": "\\" };

function unescaped(text: string, line: number): string {
  return text.replace(/\\(u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|[\s\S])/g, (_, escape: string) => {
    const known = ESCAPES[escape];
    if (known !== undefined) return known;
    if (escape.length > 1) return String.fromCodePoint(Number.parseInt(escape.slice(1), 16));
    throw new HclFault(`"\\${escape}" stands for nothing`, line);
  });
}
