import type { Dependency, Ref } from "../core/dependency.ts";
import { formatDependency } from "../core/dependency.ts";
import type { Entry, Value } from "../core/entry.ts";
import type { AppError } from "../core/error.ts";
import { isSpecial, joinKey, type Key, relativeKey, ROOT, specialKey } from "../core/key.ts";
import { isEnvelope, type Opener, type Sealed } from "../core/opener.ts";
import type { Reader } from "../core/template.ts";
import { Interruption, TemplateFault } from "./fault.ts";
import { memo } from "./functions/memo.ts";

/** What the mirrors hold, at one moment. */
export interface Lookup {
  /** What is wrong with the name of a backend. */
  fault?(backend: string): { readonly message: string; readonly hint: string } | undefined;
  /** Whether a mirror holds all of it. */
  covers(dependency: Dependency): boolean;
  /** Why it may not be read. */
  denial?(dependency: Dependency): AppError | undefined;
  entry(ref: Ref): Entry | undefined;
  /** All entries at and below a key, sorted by key. The same list as long as nothing in it changed. */
  entries(ref: Ref): readonly Entry[];
}

/** What a backend makes of a service without instances, or a name without addresses. */
const EMPTY_LIST = "[]";

export interface TrackingReaderOptions {
  readonly lookup: Lookup;
  readonly opener: Opener;
  /** The key that a template means by a name. */
  readonly resolve: (name: string) => Ref & { readonly prefix: Key };
}

export interface TrackingReader extends Reader {
  readonly used: readonly Dependency[];
  /** Those of the used ones that were not there. */
  readonly missing: readonly Dependency[];
  /** Prefixes and lists among the used ones that held nothing. */
  readonly empty: readonly Dependency[];
  /** What no mirror holds. */
  readonly wanted: readonly Dependency[];
  /** The sealed values among what was read. */
  readonly opened: readonly Sealed[];
  /** Those that have to be prepared before they can be opened. */
  readonly unopened: readonly Sealed[];
}

/**
 * Reads for one render and remembers what was read. A key that no mirror holds interrupts the render, for nothing can be said in
 * its place; a prefix reads as empty, so that the rest of the template can tell what else it wants.
 */
export function trackingReader({ lookup, opener, resolve }: TrackingReaderOptions): TrackingReader {
  const used = new Map<string, Dependency>();
  const missing = new Map<string, Dependency>();
  const wanted = new Map<string, Dependency>();
  const empty = new Map<string, Dependency>();
  const opened: Sealed[] = [];
  const unopened: Sealed[] = [];

  function track(dependency: Dependency): boolean {
    const id = formatDependency(dependency);
    if (!used.has(id)) used.set(id, dependency);
    if (wanted.has(id)) return false;
    if (lookup.covers(dependency)) return true;
    const fault = lookup.fault?.(dependency.backend);
    if (fault !== undefined) throw new TemplateFault(fault.message, { hint: fault.hint });
    const denial = lookup.denial?.(dependency);
    if (denial !== undefined) throw new TemplateFault(lowerFirst(denial.message), { hint: denial.hint, cause: denial });
    wanted.set(id, dependency);
    return false;
  }

  function one(ref: Ref): Entry | undefined {
    const dependency: Dependency = { backend: ref.backend, key: ref.key, scope: "key" };
    if (!track(dependency)) throw new Interruption();
    const entry = lookup.entry(ref);
    if (entry === undefined) missing.set(formatDependency(dependency), dependency);
    else noteSecret(entry);
    return entry;
  }

  /** What a backend calls a secret needs no opening, and is one all the same. */
  function noteSecret(entry: Entry): void {
    if (entry.secret === true && typeof entry.value === "string") opened.push({ form: "plain", entry: entry as Sealed["entry"] });
  }

  function open(sealed: Sealed): Value {
    const outcome = opener.opened(sealed);
    // What comes of this render means nothing; going on finds the others that have to be prepared.
    if (outcome === undefined) {
      unopened.push(sealed);
      return "";
    }
    if (outcome.kind === "refused") throw new TemplateFault(lowerFirst(outcome.error.message), { hint: outcome.error.hint, cause: outcome.error });
    opened.push(sealed);
    return outcome.secret.reveal();
  }

  /** The entry as its backend holds it, from the name that it was read by. */
  function whole({ key }: Entry, name: string): Sealed["entry"] {
    const { backend, prefix } = resolve(name);
    return lookup.entry({ backend, key: joinKey(prefix, key) }) as Sealed["entry"];
  }

  return {
    value(entry, name) {
      const { value } = entry;
      return isEnvelope(value) ? open({ form: "remora", entry: whole(entry, name) }) : value;
    },
    secret(entry, name, forms) {
      const { value } = entry;
      const form = isEnvelope(value) ? "remora" : "crypt";
      if (typeof value === "string" && forms.includes(form)) return open({ form, entry: whole(entry, name) });
      throw new TemplateFault(`the value of "${name}" is not sealed`, { hint: `Seal it: remora secret put ${name}` });
    },
    entry(name) {
      const { prefix, ...ref } = resolve(name);
      const entry = one(ref);
      return entry === undefined ? undefined : relative(entry, prefix);
    },
    entries(name) {
      const { prefix, ...ref } = resolve(name);
      const dependency: Dependency = { ...ref, scope: "prefix" };
      if (!track(dependency)) return [];
      const entries = lookup.entries(ref);
      if (entries.length === 0) empty.set(formatDependency(dependency), dependency);
      for (const entry of entries) noteSecret(entry);
      return allRelative(entries, prefix);
    },
    special(backend, kind, name) {
      // A server takes these for steps of a path, and answers with something else.
      if (name === "." || name === "..") throw new TemplateFault(`"${name}" is no name of a ${kind}`);
      const ref = { backend, key: specialKey(kind, name) };
      const entry = one(ref);
      if (entry === undefined || entry.value === EMPTY_LIST) empty.set(formatDependency({ ...ref, scope: "key" }), { ...ref, scope: "key" });
      return entry;
    },
    get used() {
      return [...used.values()];
    },
    get missing() {
      return [...missing.values()];
    },
    get empty() {
      return [...empty.values()];
    },
    get wanted() {
      return [...wanted.values()];
    },
    opened,
    unopened,
    get sensitive() {
      return opened.length > 0;
    },
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function relative(entry: Entry, prefix: Key): Entry {
  return prefix === ROOT || isSpecial(entry.key) ? entry : { ...entry, key: relativeKey(prefix, entry.key) };
}

function allRelative(entries: readonly Entry[], prefix: Key): readonly Entry[] {
  if (prefix === ROOT) return entries;
  return memo(entries, `without ${prefix}`, () => entries.map((entry) => relative(entry, prefix)));
}
