/** What means something of its own to nunjucks. */
export const WORDS: readonly string[] = "and or not in is if else elif for set true false none null loop super caller nothing endif endfor range".split(" ");

/** Gives each variable of a template a name of its own, which is no function's. */
export class Names {
  readonly #taken: Set<string>;

  constructor(reserved: Iterable<string>) {
    this.#taken = new Set([...reserved, ...WORDS]);
  }

  take(wanted: string): string {
    const plain = /^[A-Za-z_]\w*$/.test(wanted) ? wanted : "value";
    let name = plain;
    for (let number = 2; this.#taken.has(name); number++) name = `${plain}${number}`;
    this.#taken.add(name);
    return name;
  }
}
