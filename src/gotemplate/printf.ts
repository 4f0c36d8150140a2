import { type Flags, NO_FLAGS } from "./format-flags.ts";
import { integerOf, kindOf, typeOf, unpack } from "./values.ts";
import { formatValue } from "./format-value.ts";

/** Go refuses widths and precisions past this; of those in the format it looks at all but the last digit. */
const TOO_LARGE = 1_000_000;

/** Go's fmt.Sprint: a space between two neighbours of which neither is a string. */
export function sprint(values: readonly unknown[]): string {
  let text = "";
  values.forEach((value, index) => {
    const previous = values[index - 1];
    if (index > 0 && typeof value !== "string" && typeof previous !== "string") text += " ";
    text += formatValue(value);
  });
  return text;
}

/** Go's fmt.Sprintln: spaces always, and a newline. */
export function sprintln(values: readonly unknown[]): string {
  return `${values.map((value) => formatValue(value)).join(" ")}\n`;
}

/** Go's fmt.Sprintf, with its remarks about verbs and values that do not fit. */
export function sprintf(format: string, values: readonly unknown[]): string {
  return new Formatter(format, values).run();
}

class Formatter {
  readonly #format: string;
  readonly #values: readonly unknown[];
  #at = 0;
  #argument = 0;
  #reordered = false;
  #goodIndex = true;
  #afterIndex = false;
  #text = "";

  constructor(format: string, values: readonly unknown[]) {
    this.#format = format;
    this.#values = values.map(unpack);
  }

  run(): string {
    for (;;) {
      const next = this.#format.indexOf("%", this.#at);
      this.#text += this.#format.slice(this.#at, next < 0 ? undefined : next);
      if (next < 0) break;
      this.#at = next + 1;
      this.#directive();
    }
    const extra = this.#reordered ? [] : this.#values.slice(this.#argument);
    if (extra.length > 0) this.#text += `%!(EXTRA ${extra.map((value) => (value === undefined ? "<nil>" : `${typeOf(value)}=${formatValue(value)}`)).join(", ")})`;
    return this.#text;
  }

  #directive(): void {
    this.#goodIndex = true;
    this.#afterIndex = false;
    const set = new Set<string>();
    for (; "#0+- ".includes(this.#char()) && this.#char() !== ""; this.#at += 1) set.add(this.#char());
    let flags: Flags = { ...NO_FLAGS, plus: set.has("+"), minus: set.has("-"), sharp: set.has("#"), space: set.has(" "), zero: set.has("0") };
    this.#index();
    flags = this.#width(flags);
    flags = this.#precision(flags);
    if (!this.#afterIndex) this.#index();
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) ?? 0);
    if (this.#at >= this.#format.length) {
      this.#text += "%!(NOVERB)";
      return;
    }
    this.#at += verb.length;
    this.#verb(verb, flags);
  }

  #verb(verb: string, flags: Flags): void {
    if (verb === "%") this.#text += "%";
    else if (!this.#goodIndex) this.#text += `%!${verb}(BADINDEX)`;
    else if (this.#argument >= this.#values.length) this.#text += `%!${verb}(MISSING)`;
    else {
      const shown = verb === "v" ? { ...flags, sharp: false, plus: false, sharpV: flags.sharp, plusV: flags.plus } : flags;
      this.#text += formatValue(this.#values[this.#argument++], verb, shown);
    }
  }

  #width(flags: Flags): Flags {
    if (this.#char() !== "*") {
      const width = this.#number();
      if (this.#afterIndex && width !== undefined) this.#goodIndex = false;
      return { ...flags, width };
    }
    this.#at += 1;
    const width = this.#integerArgument();
    this.#afterIndex = false;
    if (width === undefined) this.#text += "%!(BADWIDTH)";
    if (width !== undefined && width < 0) return { ...flags, width: -width, minus: true, zero: false };
    return { ...flags, width };
  }

  #precision(flags: Flags): Flags {
    // A point at the very end is a verb that is not known.
    if (this.#char() !== "." || this.#at + 1 >= this.#format.length) return flags;
    this.#at += 1;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#index();
    if (this.#char() !== "*") return { ...flags, precision: this.#number() ?? 0 };
    this.#at += 1;
    const precision = this.#integerArgument();
    this.#afterIndex = false;
    if (precision === undefined || precision < 0) {
      this.#text += "%!(BADPREC)".repeat(precision === undefined || precision < 0 ? 1 : 0);
      return flags;
    }
    return { ...flags, precision };
  }

  /** [n]: the argument that is next. */
  #index(): void {
    if (this.#char() !== "[") return;
    this.#reordered = true;
    const close = this.#format.indexOf("]", this.#at);
    if (close < 0 || this.#format.length - this.#at < 3) {
      this.#goodIndex = false;
      this.#at += 1;
      return;
    }
    const inner = this.#format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const index = /^\d+$/.test(inner) ? Number(inner) : 0;
    if (index < 1 || index > this.#values.length) {
      this.#goodIndex = false;
      return;
    }
    this.#argument = index - 1;
    this.#afterIndex = true;
  }

  #number(): number | undefined {
    const digits = /^\d*/.exec(this.#format.slice(this.#at, this.#at + 20))?.[0] ?? "";
    this.#at += digits.length;
    if (digits === "") return undefined;
    if (Number(digits.slice(0, -1)) <= TOO_LARGE) return Number(digits);
    // Go gives up on the whole format here.
    this.#at = this.#format.length;
    return undefined;
  }

  #integerArgument(): number | undefined {
    if (this.#argument >= this.#values.length) return undefined;
    const value = this.#values[this.#argument++];
    if (kindOf(value) !== "int" && kindOf(value) !== "uint") return undefined;
    const number = Number(integerOf(value));
    return Math.abs(number) <= TOO_LARGE ? number : undefined;
  }

  #char(): string {
    return this.#format[this.#at] ?? "";
  }
}
