import type { WrittenFile } from "../core/observer.ts";
import type { DiffEntry } from "../core/status-document.ts";

const MOST_ENTRIES = 50;
/** Of both sides together; of what is larger it is told alone that it changed. */
const MOST_BYTES_OF_ONE = 64 * 1_024;
const MOST_BYTES = 512 * 1_024;

/** A unified diff of two contents; undefined is no file. */
export type Diff = (file: { readonly target: string; readonly before: Uint8Array | undefined; readonly after: Uint8Array | undefined }) => Promise<string>;

interface Kept extends Omit<DiffEntry, "diff"> {
  diff: string | null;
  /** Until somebody asks for the diff. */
  contents: Pick<WrittenFile, "target" | "before" | "after"> | undefined;
  readonly bytes: number;
}

/** What was written last, for a diff; contents that not everybody may read are not kept. */
export class Diffs {
  readonly #kept: Kept[] = [];

  add(entry: Pick<DiffEntry, "seq" | "time" | "unit">, { target, before, after, bytes, sensitive, isOpen }: WrittenFile): void {
    const withheld = sensitive ? "It holds secrets" : !isOpen ? "Not every user may read it" : bytes > MOST_BYTES_OF_ONE ? "It is too large" : null;
    this.#kept.push({ ...entry, target, withheld, diff: null, contents: withheld === null ? { target, before, after } : undefined, bytes: withheld === null ? bytes : 0 });
    while (this.#kept.length > MOST_ENTRIES || this.#bytes > MOST_BYTES) this.#kept.shift();
  }

  /** The newest at the end. */
  async entries(diff: Diff): Promise<readonly DiffEntry[]> {
    for (const kept of this.#kept) {
      if (kept.contents === undefined) continue;
      kept.diff = await diff(kept.contents);
      kept.contents = undefined;
    }
    return this.#kept.map(({ contents: _, bytes: __, ...entry }) => entry);
  }

  get #bytes(): number {
    return this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
