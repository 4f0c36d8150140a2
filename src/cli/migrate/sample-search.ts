import type { Dependency } from "../../core/dependency.ts";
import type { Entry } from "../../core/entry.ts";
import { covers, isSpecial, type Key, toKey } from "../../core/key.ts";
import type { SampleLists } from "../../backends/sample-lists.ts";
import type { PlannedUnit } from "../../engine/plan.ts";
import type { Candidates } from "../../migrate/index.ts";
import { type RenderOptions, renderUnit, type UnitRendering } from "../../engine/render-unit.ts";
import { sampleLists } from "./sample-lists.ts";

/** What backends hold. */
export interface Samples {
  /** Values of keys, by "BACKEND KEY". */
  readonly keys: ReadonlyMap<string, string>;
  /** What they make themselves: instances of services, addresses of names. */
  readonly lists: SampleLists;
}

const MOST_TRIES = 400;

/** Renders a unit from sample values alone, which it reaches in memory. */
export function renderSamples(planned: PlannedUnit, { keys, lists }: Samples, options: Omit<RenderOptions, "lookup">): UnitRendering {
  const entries = [...keys].map(([name, value]): Entry & { readonly backend: string } => {
    const [backend = "", ...key] = name.split(" ");
    return { backend, key: key.join(" ") as Key, value, revision: 1 };
  });
  entries.sort((one, other) => (one.key < other.key ? -1 : 1));
  return renderUnit(planned, {
    ...options,
    lookup: {
      covers: () => true,
      entry: ({ backend, key }) => (isSpecial(key) ? { key, value: lists(backend, key), revision: 1 } : entries.find((entry) => entry.backend === backend && entry.key === key)),
      entries: ({ backend, key }) => entries.filter((entry) => entry.backend === backend && covers(key, entry.key)),
    },
  });
}

/** Sets of values from which a unit can be rendered: what it needs alone, with lists, and with all that it asks for. */
export function findSamples(planned: PlannedUnit, candidates: Candidates, options: Omit<RenderOptions, "lookup">): readonly Samples[] {
  const search = new Search(planned, candidates, options);
  const found: Samples[] = [];
  for (const step of ["needed", "lists", "all"] as const) {
    const samples = search.settle(step);
    if (samples !== undefined) found.push(samples);
  }
  return found;
}

class Search {
  readonly #planned: PlannedUnit;
  readonly #candidates: Candidates;
  readonly #options: Omit<RenderOptions, "lookup">;
  /** Which candidate the keys of one last name, or of one list, have. */
  readonly #choices = new Map<string, number>();
  /** The keys, each with what it is a key of. */
  readonly #keys = new Map<string, string>();
  /** What backends make lists of: "service:web", "ip:db.local". */
  readonly #listed = new Set<string>();
  #tries = 0;

  constructor(planned: PlannedUnit, candidates: Candidates, options: Omit<RenderOptions, "lookup">) {
    this.#planned = planned;
    this.#candidates = candidates;
    this.#options = options;
  }

  /** Adds what is asked for until the unit is rendered and asks for nothing else. */
  settle(step: "needed" | "lists" | "all"): Samples | undefined {
    for (;;) {
      const rendering = this.#render();
      if (rendering === undefined) return undefined;
      const added = this.#add(rendering, step);
      if (added) continue;
      if (rendering.kind === "rendered") return this.#samples();
      if (rendering.kind !== "failed" || !this.#tryOthers(rendering)) return undefined;
    }
  }

  #render(): UnitRendering | undefined {
    this.#tries += 1;
    return this.#tries > MOST_TRIES ? undefined : renderSamples(this.#planned, this.#samples(), this.#options);
  }

  #samples(): Samples {
    const keys = new Map([...this.#keys].map(([name, group]) => [name, this.#candidates.values[this.#choices.get(group) ?? 0] ?? ""]));
    return { keys, lists: sampleLists(this.#listed, this.#candidates) };
  }

  #add(rendering: UnitRendering, step: "needed" | "lists" | "all"): boolean {
    if (rendering.kind !== "rendered" && rendering.kind !== "failed") return false;
    const needed = rendering.kind === "failed" ? rendering.needed : [];
    const read = [...rendering.used, ...rendering.missing];
    const lists = step === "needed" ? [] : read.filter(({ scope }) => scope === "prefix");
    const asked = step === "all" ? rendering.missing.filter(({ scope, key }) => scope === "key" && !isSpecial(key)) : [];
    const before = this.#keys.size + this.#listed.size;
    for (const { backend, key } of [...needed, ...asked]) if (!isSpecial(key)) this.#put(backend, key, key.slice(key.lastIndexOf("/") + 1));
    for (const list of lists) this.#fill(list);
    if (step !== "needed") for (const { key } of read) if (isSpecial(key)) this.#listed.add(key);
    return this.#keys.size + this.#listed.size > before;
  }

  /** Some names below a prefix, each a key and a directory. */
  #fill({ backend, key }: Dependency): void {
    if (isSpecial(key)) return;
    const below = [...this.#keys.keys()].some((name) => name.startsWith(`${backend} ${key === "/" ? "" : key}/`));
    if (below) return;
    const { names } = this.#candidates;
    for (const name of [...names, ...names.map((each) => `${each}/x`)]) this.#put(backend, toKey(`${key}/${name}`), `list ${key}`);
  }

  #put(backend: string, key: Key, group: string): void {
    if (!this.#keys.has(`${backend} ${key}`)) this.#keys.set(`${backend} ${key}`, group);
  }

  /** Gives one group of keys after the other another value, until the template fails elsewhere or not at all. */
  #tryOthers(failed: Extract<UnitRendering, { readonly kind: "failed" }>): boolean {
    for (const group of [...new Set(this.#keys.values())].reverse()) {
      const before = this.#choices.get(group) ?? 0;
      for (let choice = 0; choice < this.#candidates.values.length; choice++) {
        if (choice === before) continue;
        this.#choices.set(group, choice);
        const again = this.#render();
        if (again === undefined) return false;
        if (again.kind !== "failed" || isFurther(again, failed)) return true;
      }
      this.#choices.set(group, before);
    }
    return false;
  }
}

/** Whether a render went on to a later place, or to a key that is not there yet. */
function isFurther(one: Extract<UnitRendering, { readonly kind: "failed" }>, other: Extract<UnitRendering, { readonly kind: "failed" }>): boolean {
  if (one.needed.length > 0 && other.needed.length === 0) return true;
  const [{ line = 0, column = 0 } = {}, { line: otherLine = 0, column: otherColumn = 0 } = {}] = [one.error.at, other.error.at];
  return line > otherLine || (line === otherLine && column > otherColumn);
}
