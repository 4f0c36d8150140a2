/** What begins with the same letters, by length. */
interface Group {
  readonly forms: Set<string>;
  /** How many forms there are of each length. */
  readonly lengths: Map<number, number>;
}

/** Finds any of very many texts in another: what that costs grows with the text that is searched, not with how many are looked for. */
export class FormIndex {
  readonly #gram: number;
  readonly #groups = new Map<string, Group>();
  readonly #counts = new Map<string, number>();

  /** The length of the shortest text that can be looked for. */
  constructor(gram: number) {
    this.#gram = gram;
  }

  add(form: string): void {
    const count = this.#counts.get(form) ?? 0;
    this.#counts.set(form, count + 1);
    if (count > 0) return;
    const start = form.slice(0, this.#gram);
    const group = this.#groups.get(start) ?? { forms: new Set(), lengths: new Map() };
    this.#groups.set(start, group);
    group.forms.add(form);
    group.lengths.set(form.length, (group.lengths.get(form.length) ?? 0) + 1);
  }

  /** Takes back one `add`. */
  remove(form: string): void {
    const count = this.#counts.get(form) ?? 0;
    if (count > 1) return void this.#counts.set(form, count - 1);
    this.#counts.delete(form);
    const start = form.slice(0, this.#gram);
    const group = this.#groups.get(start);
    if (group === undefined || !group.forms.delete(form)) return;
    const left = (group.lengths.get(form.length) ?? 0) - 1;
    if (left > 0) group.lengths.set(form.length, left);
    else group.lengths.delete(form.length);
    if (group.forms.size === 0) this.#groups.delete(start);
  }

  /** The text with what is found replaced; where two overlap, both as one. */
  replaceIn(text: string, replacement: string): string {
    if (this.#groups.size === 0) return text;
    const parts: string[] = [];
    let [kept, hiddenUntil] = [0, -1];
    for (let at = 0; at + this.#gram <= text.length; at += 1) {
      const group = this.#groups.get(text.slice(at, at + this.#gram));
      if (group === undefined) continue;
      const end = at + longestAt(text, at, group);
      if (end === at) continue;
      if (at >= hiddenUntil) parts.push(text.slice(kept, at), replacement);
      hiddenUntil = Math.max(hiddenUntil, end);
      kept = hiddenUntil;
    }
    return parts.length === 0 ? text : parts.join("") + text.slice(kept);
  }
}

/** The length of the longest form of the group that stands there; 0 for none. */
function longestAt(text: string, at: number, { forms, lengths }: Group): number {
  let longest = 0;
  for (const length of lengths.keys()) if (length > longest && forms.has(text.slice(at, at + length))) longest = length;
  return longest;
}
