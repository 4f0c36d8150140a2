import type { AppFacts } from "../core/app.ts";

type Values = ReadonlyMap<string, string>;

/** What the app is given beside files, and which of it the running one has not been told. */
export class Facts implements AppFacts {
  readonly #values = new Map<string, Values>();
  readonly #untold = new Map<string, Set<string>>();

  get(unit: string): Values {
    return this.#values.get(unit) ?? new Map();
  }

  put(unit: string, values: Values): readonly string[] {
    const before = this.get(unit);
    const changed = [...new Set([...before.keys(), ...values.keys()])].filter((name) => before.get(name) !== values.get(name));
    this.#values.set(unit, values);
    this.#untold.set(unit, new Set([...this.untold(unit), ...changed]));
    return changed.sort();
  }

  untold(unit: string): readonly string[] {
    return [...(this.#untold.get(unit) ?? [])].sort();
  }

  told(unit: string): void {
    this.#untold.delete(unit);
  }

  /** A process is started with all of it. */
  started(): void {
    this.#untold.clear();
  }

  /** Forgets what units gave that are no more. */
  keep(units: readonly string[]): void {
    for (const unit of [...this.#values.keys()].filter((name) => !units.includes(name))) {
      this.#values.delete(unit);
      this.#untold.delete(unit);
    }
  }
}
