/** Writes a nunjucks template of which every byte outside of tags comes out as it was given, whatever trimBlocks and lstripBlocks take away. */
export class NunjucksText {
  #written = "";
  #pending = "";
  /** A block tag is the last thing written: it takes one line break with it. */
  #afterBlock = false;
  #blockBeganLine = false;

  text(raw: string): void {
    this.#pending += raw;
  }

  /** `{{ code }}` */
  print(code: string): void {
    this.#flush("print");
    if (this.#afterBlock && this.#blockBeganLine) this.#written += "\n";
    this.#written += `{{ ${code} }}`;
    this.#afterBlock = false;
  }

  /** `{% code %}` */
  block(code: string): void {
    this.#flush("block");
    if (this.#afterBlock && this.#blockBeganLine) this.#written += "\n";
    this.#blockBeganLine = this.#atLineStart();
    this.#written += `{% ${code} %}`;
    this.#afterBlock = true;
  }

  end(): string {
    this.#flush("end");
    if (this.#afterBlock && this.#blockBeganLine) this.#written += "\n";
    return this.#written;
  }

  #flush(next: "print" | "block" | "end"): void {
    const raw = this.#pending;
    if (raw === "") return;
    this.#pending = "";
    if (this.#afterBlock && (this.#blockBeganLine || /^\r?\n/.test(raw))) this.#written += "\n";
    const line = raw.lastIndexOf("\n") + 1;
    const beginsLine = line > 0 || this.#atLineStart();
    // The space between the beginning of a line and a block tag would be taken away.
    const space = next === "block" && beginsLine && /^\s+$/.test(raw.slice(line)) ? raw.slice(line) : "";
    this.#written += escaped(raw.slice(0, raw.length - space.length), next) + (space === "" ? "" : `{{ ${quoted(space)} }}`);
    this.#afterBlock = false;
  }

  #atLineStart(): boolean {
    return this.#written === "" || this.#written.endsWith("\n");
  }
}

/** A text as a literal of nunjucks, which knows these escapes alone. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\\n\r\t]/g, (char) => ESCAPES[char] ?? `\\${char}`)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text that nunjucks would take for a tag is printed by one. */
function escaped(raw: string, next: "print" | "block" | "end"): string {
  const marks = next === "end" ? /\{(?=[{%#])|#(?=\})/g : /\{(?=[{%#]|$)|#(?=\})/g;
  return raw.replace(marks, (mark) => `{{ "${mark}" }}`);
}
