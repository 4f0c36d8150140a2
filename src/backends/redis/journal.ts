/** Names that were told to have changed, in the order in which they were last told, each with the number of that. */
export class Journal {
  #told = new Map<string, number>();
  #number = 0;
  /** Up to which number names may have been forgotten. */
  #forgotten = 0;
  readonly #waiting = new Set<() => void>();

  /** The number of what was told last. */
  get number(): number {
    return this.#number;
  }

  note(name: string): void {
    this.#number += 1;
    this.#told.delete(name);
    this.#told.set(name, this.#number);
    if (this.#told.size > MOST_NAMES) this.#forgetOldest();
    this.#tell();
  }

  /** Everything may have changed. */
  noteAll(): void {
    this.#number += 1;
    this.#told.clear();
    this.#forgotten = this.#number;
    this.#tell();
  }

  /** The names that were told after a number; "all" when that is not known any more. */
  since(number: number): readonly string[] | "all" {
    if (number < this.#forgotten) return "all";
    return [...this.#told].flatMap(([name, told]) => (told > number ? [name] : []));
  }

  /** Nobody will ask for what was told before a number. */
  forget(number: number): void {
    for (const [name, told] of this.#told) {
      if (told > number) return;
      this.#told.delete(name);
    }
  }

  /** Calls back when something was told after a number; the answer ends that. */
  onMore(number: number, callback: () => void): () => void {
    this.#waiting.add(callback);
    if (this.#number > number) callback();
    return () => void this.#waiting.delete(callback);
  }

  #forgetOldest(): void {
    const [[name, told] = ["", 0]] = this.#told;
    this.#told.delete(name);
    this.#forgotten = told;
  }

  #tell(): void {
    for (const callback of [...this.#waiting]) callback();
  }
}

const MOST_NAMES = 50_000;
