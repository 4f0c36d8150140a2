import type { Value } from "./entry.ts";

const REDACTED = "[redacted]";

/** A text (bytes where it is not UTF-8) that prints as "[redacted]" wherever it is not asked for: in strings, JSON and inspection. */
export class Secret {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  /** What it holds, for the one place that needs it. */
  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
