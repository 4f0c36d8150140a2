import { KEYWORDS, type Token, type TokenType } from "./tokens.ts";
import type { Lexer } from "./lexer.ts";
import { parseError } from "./errors.ts";
import { quote } from "./quote.ts";

/** Tokens with a look-ahead of three, and Go's sentences about those that do not fit. */
export class TokenStream {
  readonly #lexer: Lexer;
  readonly #file: string;
  // The line of a message is that of the first place, whatever was put back: as in Go.
  readonly #tokens: Token[] = [{ type: "EOF", at: 0, value: "", line: 0 }];
  #waiting = 0;
  /** Where the action began that is being read, 0 outside. */
  actionLine = 0;

  constructor(lexer: Lexer, file: string) {
    this.#lexer = lexer;
    this.#file = file;
  }

  next(): Token {
    if (this.#waiting > 0) this.#waiting -= 1;
    else this.#tokens[0] = this.#lexer.next();
    return this.#tokens[this.#waiting] as Token;
  }

  peek(): Token {
    const token = this.next();
    this.#waiting += 1;
    return token;
  }

  backup(): void {
    this.#waiting += 1;
  }

  /** Puts tokens back before the one that was read last and that is put back as well. */
  putBack(...tokens: readonly Token[]): void {
    const reversed = [...tokens].reverse();
    reversed.forEach((token, index) => (this.#tokens[index + 1] = token));
    this.#waiting = tokens.length + 1;
  }

  nextSolid(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== "space") return token;
    }
  }

  peekSolid(): Token {
    const token = this.nextSolid();
    this.#waiting += 1;
    return token;
  }

  expect(types: readonly TokenType[], context: string): Token {
    const token = this.nextSolid();
    return types.includes(token.type) ? token : this.unexpected(token, context);
  }

  fail(message: string): never {
    throw parseError(this.#file, (this.#tokens[0] as Token).line, message);
  }

  unexpected(token: Token, context: string): never {
    if (token.type !== "error") return this.fail(`unexpected ${tokenText(token)} in ${context}`);
    if (this.actionLine === 0 || this.actionLine === token.line) return this.fail(token.value);
    const within = token.value.endsWith(" action") ? "" : " in action";
    return this.fail(`${token.value}${within} started at ${this.#file}:${this.actionLine}`);
  }
}

function tokenText({ type, value }: Token): string {
  if (type === "EOF" || type === "error") return value;
  if (type === "dot" || KEYWORDS.has(type)) return `<${value}>`;
  const chars = [...value];
  return Buffer.byteLength(value) > 10 ? `${quote(chars.slice(0, 10).join(""))}...` : quote(value);
}
