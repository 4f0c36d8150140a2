import { hasLeftTrim, hasRightTrim, isDigit, type Keyword, KEYWORDS, SPACE, type Token, type TokenType, trimmedEnd } from "./tokens.ts";
import { quote, showRune } from "./quote.ts";

export interface LexerOptions {
  readonly left: string;
  readonly right: string;
  /** Names of functions: one named "break" or "continue" hides the keyword, as in Go. */
  readonly functions: ReadonlySet<string>;
}

const ALPHANUMERIC = /^[_\p{L}\p{Nd}]/u;

/** Cuts a template into tokens, one for each call of next(); after an error there is nothing more to be had. */
export class Lexer {
  readonly #text: string;
  readonly #options: LexerOptions;
  #at = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #depth = 0;
  #inside = false;

  constructor(text: string, options: LexerOptions) {
    this.#text = text;
    this.#options = options;
  }

  next(): Token {
    return this.#inside ? this.#action() : this.#outside();
  }

  #outside(): Token {
    for (;;) {
      const found = this.#text.indexOf(this.#options.left, this.#at);
      if (found < 0) {
        this.#at = this.#text.length;
        return this.#at > this.#start ? this.#take("text") : this.#take("EOF", "EOF");
      }
      if (found > this.#at) {
        this.#at = hasLeftTrim(this.#text, found + this.#options.left.length) ? trimmedEnd(this.#text, this.#start, found) : found;
        const text = this.#take("text");
        this.#at = found;
        this.#ignore();
        if (text.value !== "") return text;
      }
      const afterDelimiter = found + this.#options.left.length;
      const trims = hasLeftTrim(this.#text, afterDelimiter);
      if (!this.#text.startsWith("/*", afterDelimiter + (trims ? 2 : 0))) return this.#leftDelimiter(afterDelimiter, trims);
      this.#at = afterDelimiter + (trims ? 2 : 0);
      this.#ignore();
      const error = this.#comment();
      if (error !== undefined) return error;
    }
  }

  #leftDelimiter(after: number, trims: boolean): Token {
    this.#at = after;
    const token = this.#take("left");
    this.#inside = true;
    this.#depth = 0;
    if (trims) this.#at += 2;
    this.#ignore();
    return token;
  }

  #comment(): Token | undefined {
    const end = this.#text.indexOf("*/", this.#at + 2);
    if (end < 0) return this.#error("unclosed comment");
    this.#at = end + 2;
    const closing = this.#closing();
    if (closing === undefined) return this.#error("comment ends before closing delimiter");
    this.#at += closing + this.#options.right.length;
    if (closing > 0) this.#skipSpace();
    this.#ignore();
    return undefined;
  }

  #action(): Token {
    if (this.#closing() !== undefined) return this.#depth === 0 ? this.#rightDelimiter() : this.#error("unclosed left paren");
    const char = this.#peek();
    this.#at += char.length;
    if (char === "") return this.#error("unclosed action");
    if (SPACE.includes(char)) return this.#space();
    if (char === "=") return this.#take("=");
    if (char === ":") return this.#text[this.#at++] === "=" ? this.#take(":=") : this.#error("expected :=");
    if (char === "|") return this.#take("|");
    if (char === '"') return this.#quoted("string", '"', "unterminated quoted string");
    if (char === "'") return this.#quoted("character", "'", "unterminated character constant");
    if (char === "`") return this.#raw();
    if (char === "$") return this.#name("variable");
    if (char === "." && this.#at < this.#text.length && !isDigit(this.#peek())) return this.#name("field");
    if (char === "." || char === "+" || char === "-" || isDigit(char)) return this.#number();
    if (ALPHANUMERIC.test(char)) return this.#identifier();
    if (char === "(") return this.#paren(1);
    if (char === ")") return this.#paren(-1);
    if (char >= "!" && char <= "~") return this.#take("char");
    return this.#error(`unrecognized character in action: ${showRune(char)}`);
  }

  #paren(step: 1 | -1): Token {
    this.#depth += step;
    if (this.#depth < 0) return this.#error("unexpected right paren");
    return this.#take(step === 1 ? "(" : ")");
  }

  #rightDelimiter(): Token {
    const trims = (this.#closing() ?? 0) > 0;
    if (trims) {
      this.#at += 2;
      this.#ignore();
    }
    this.#at += this.#options.right.length;
    const token = this.#take("right");
    if (trims) {
      this.#skipSpace();
      this.#ignore();
    }
    this.#inside = false;
    return token;
  }

  #space(): Token {
    this.#skipSpace();
    // The last space before "-}}" belongs to the closing delimiter.
    if (hasRightTrim(this.#text, this.#at - 1) && this.#text.startsWith(this.#options.right, this.#at + 1)) {
      this.#at -= 1;
      if (this.#at === this.#start) return this.#rightDelimiter();
    }
    return this.#take("space");
  }

  #quoted(type: TokenType, end: string, problem: string): Token {
    for (;;) {
      let char = this.#text[this.#at++];
      if (char === end) return this.#take(type);
      if (char === "\\") char = this.#text[this.#at++];
      if (char === undefined || char === "\n") return this.#error(problem);
    }
  }

  #raw(): Token {
    const end = this.#text.indexOf("`", this.#at);
    if (end < 0) return this.#error("unterminated raw quoted string");
    this.#at = end + 1;
    return this.#take("raw");
  }

  #name(type: "variable" | "field"): Token {
    if (this.#atTerminator()) return this.#take(type === "field" ? "dot" : "variable");
    this.#skipAlphanumeric();
    return this.#atTerminator() ? this.#take(type) : this.#error(`bad character ${showRune(this.#peek())}`);
  }

  #identifier(): Token {
    this.#skipAlphanumeric();
    const word = this.#text.slice(this.#start, this.#at);
    if (!this.#atTerminator()) return this.#error(`bad character ${showRune(this.#peek())}`);
    if (word === "true" || word === "false") return this.#take("bool");
    if (!KEYWORDS.has(word)) return this.#take("identifier");
    const hidden = (word === "break" || word === "continue") && this.#options.functions.has(word);
    return this.#take(hidden ? "identifier" : (word as Keyword));
  }

  #number(): Token {
    this.#at = this.#start;
    const bad = () => this.#error(`bad number syntax: ${quote(this.#text.slice(this.#start, this.#at))}`);
    if (!this.#scanNumber()) return bad();
    if (!/^[+-]/.test(this.#peek())) return this.#take("number");
    return this.#scanNumber() && this.#text[this.#at - 1] === "i" ? this.#take("complex") : bad();
  }

  #scanNumber(): boolean {
    const rest = this.#text.slice(this.#at, this.#at + 400);
    const number = /^[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/.exec(rest);
    this.#at += number?.[0].length ?? 0;
    if (!ALPHANUMERIC.test(this.#peek())) return true;
    this.#at += this.#peek().length;
    return false;
  }

  /** How many characters the trim marker before a closing delimiter takes; undefined where no delimiter closes here. */
  #closing(): 0 | 2 | undefined {
    if (hasRightTrim(this.#text, this.#at) && this.#text.startsWith(this.#options.right, this.#at + 2)) return 2;
    return this.#text.startsWith(this.#options.right, this.#at) ? 0 : undefined;
  }

  #atTerminator(): boolean {
    const char = this.#peek();
    return char === "" || SPACE.includes(char) || ".,|:)(".includes(char) || this.#text.startsWith(this.#options.right, this.#at);
  }

  #skipAlphanumeric(): void {
    while (ALPHANUMERIC.test(this.#peek())) this.#at += this.#peek().length;
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && SPACE.includes(this.#text[this.#at] as string)) this.#at += 1;
  }

  #peek(): string {
    const point = this.#text.codePointAt(this.#at);
    return point === undefined ? "" : String.fromCodePoint(point);
  }

  #take(type: TokenType, value = this.#text.slice(this.#start, this.#at)): Token {
    const token: Token = { type, at: this.#start, value, line: this.#startLine };
    this.#ignore();
    return token;
  }

  #ignore(): void {
    for (let at = this.#text.indexOf("\n", this.#start); at >= 0 && at < this.#at; at = this.#text.indexOf("\n", at + 1)) this.#line += 1;
    this.#start = this.#at;
    this.#startLine = this.#line;
  }

  #error(message: string): Token {
    const token: Token = { type: "error", at: this.#start, value: message, line: this.#startLine };
    this.#at = this.#start = this.#text.length;
    return token;
  }
}
