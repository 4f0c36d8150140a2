/** What keeps a list of elements like a list of things, each thing with the element that it had. */
export class Keyed<Thing, Row extends { readonly node: HTMLElement }> {
  readonly #parent: HTMLElement;
  readonly #make: (thing: Thing) => Row;
  readonly #rows = new Map<string, Row>();

  constructor(parent: HTMLElement, make: (thing: Thing) => Row) {
    this.#parent = parent;
    this.#make = make;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  rows(): Iterable<Row> {
    return this.#rows.values();
  }

  /** Adds, removes and moves as little as there is to it; whoever has the focus keeps it. */
  show(things: readonly (readonly [key: string, thing: Thing])[]): void {
    const wanted = new Set(things.map(([key]) => key));
    for (const [key, row] of this.#rows) {
      if (wanted.has(key)) continue;
      row.node.remove();
      this.#rows.delete(key);
    }
    const focused = document.activeElement;
    let next = this.#parent.firstElementChild;
    for (const [key, thing] of things) {
      const { node } = this.#row(key, thing);
      // The one that stands here goes elsewhere: all that follow it stay.
      if (next !== node && next?.nextElementSibling === node) next = node;
      if (next === node) next = node.nextElementSibling;
      else this.#parent.insertBefore(node, next);
    }
    if (focused instanceof HTMLElement && document.activeElement !== focused && this.#parent.contains(focused)) focused.focus({ preventScroll: true });
  }

  #row(key: string, thing: Thing): Row {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#make(thing);
    this.#rows.set(key, row);
    return row;
  }
}

const drawn = new WeakMap<Element, string>();

/** Fills an element anew where what it shows has changed, so that what is selected or scrolled in it stays. */
export function redraw<Shown>(into: HTMLElement, shown: Shown, draw: (shown: Shown) => readonly (Node | null)[]): void {
  const key = JSON.stringify(shown);
  if (drawn.get(into) === key) return;
  drawn.set(into, key);
  into.replaceChildren(...draw(shown).filter((node) => node !== null));
}
