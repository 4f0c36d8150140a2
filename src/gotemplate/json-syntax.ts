import { quote } from "./quote.ts";
import { toBytes } from "./bytes.ts";

/** The sentence that Go's encoding/json has for a text that is no JSON; undefined for one that is. */
export function jsonProblem(text: string): string | undefined {
  try {
    new Scanner(toBytes(text)).document();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof JsonProblem) return thrown.message;
    if (thrown instanceof RangeError) return "exceeded max depth";
    throw thrown;
  }
}

class JsonProblem extends Error {}

const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const WORDS: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(): void {
    this.#value();
    this.#skip();
    if (this.#at < this.#bytes.length) this.#refuse("after top-level value");
  }

  #value(): void {
    this.#skip();
    const char = this.#peek();
    if (char === "{") this.#object();
    else if (char === "[") this.#array();
    else if (char === '"') this.#string();
    else if (/[-0-9]/.test(char)) this.#number();
    else if (WORDS[char] !== undefined) this.#word(WORDS[char]);
    else this.#refuse("looking for beginning of value");
  }

  #object(): void {
    this.#at += 1;
    this.#skip();
    if (this.#take("}")) return;
    for (;;) {
      this.#skip();
      if (this.#peek() !== '"') this.#refuse("looking for beginning of object key string");
      this.#string();
      this.#skip();
      if (!this.#take(":")) this.#refuse("after object key");
      this.#value();
      this.#skip();
      if (this.#take("}")) return;
      if (!this.#take(",")) this.#refuse("after object key:value pair");
    }
  }

  #array(): void {
    this.#at += 1;
    this.#skip();
    if (this.#take("]")) return;
    for (;;) {
      this.#value();
      this.#skip();
      if (this.#take("]")) return;
      if (!this.#take(",")) this.#refuse("after array element");
    }
  }

  #string(): void {
    this.#at += 1;
    while (!this.#take('"')) {
      const char = this.#peek();
      if (char < " ") this.#refuse("in string literal");
      this.#at += 1;
      if (char !== "\\") continue;
      const escaped = this.#within();
      this.#expect(/[bfnrt\\/"u]/, "in string escape code");
      for (let digits = 0; escaped === "u" && digits < 4; digits += 1) this.#expect(/[0-9a-fA-F]/, "in \\u hexadecimal character escape");
    }
  }

  #number(): void {
    this.#take("-");
    if (!this.#take("0")) {
      this.#expect(/[1-9]/, "in numeric literal");
      this.#digits();
    }
    if (this.#take(".")) {
      this.#expect(/[0-9]/, "after decimal point in numeric literal");
      this.#digits();
    }
    if (this.#take("e") || this.#take("E")) {
      if (!this.#take("+")) this.#take("-");
      this.#expect(/[0-9]/, "in exponent of numeric literal");
      this.#digits();
    }
  }

  #digits(): void {
    while (this.#at < this.#bytes.length && /[0-9]/.test(this.#peek())) this.#at += 1;
  }

  #word(word: string): void {
    for (const char of word) this.#expect(new RegExp(char), `in literal ${word} (expecting '${char}')`);
  }

  #expect(wanted: RegExp, where: string): void {
    if (!wanted.test(this.#within())) this.#refuse(where, this.#within());
    this.#at += 1;
  }

  #take(char: string): boolean {
    if (this.#at >= this.#bytes.length || this.#peek() !== char) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    while (SPACE.has(this.#bytes[this.#at] as number)) this.#at += 1;
  }

  /** The byte here, taken for a character as Go does. */
  #peek(): string {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new JsonProblem("unexpected end of JSON input");
    return String.fromCharCode(byte);
  }

  /** As Go has it within a word, a number or an escape: the end of the text is a space there. */
  #within(): string {
    return this.#at < this.#bytes.length ? this.#peek() : " ";
  }

  #refuse(where: string, char = this.#peek()): never {
    const shown = char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${quote(char).slice(1, -1)}'`;
    throw new JsonProblem(`invalid character ${shown} ${where}`);
  }
}
