import type { Dependency } from "./dependency.ts";
import type { Entry, Value } from "./entry.ts";
import type { AppError } from "./error.ts";
import type { Sealed } from "./opener.ts";

/**
 * How templates read keys. Names are as the template wrote them ("/db/host", "consul:/db/host"); the answer's keys are
 * as the template sees them, without the unit's prefix. Every call is tracked.
 */
export interface Reader {
  /** One entry, or undefined when there is none. */
  entry(name: string): Entry | undefined;
  /** All entries at and below a prefix, sorted by key. */
  entries(prefix: string): readonly Entry[];
  /** An entry that a backend makes on request: ("consul", "service", "web") or ("dns", "ip", "db.local"). */
  special(backend: string, kind: string, name: string): Entry | undefined;
  /** The value of an entry that was read by this name, opened when it was sealed by Remora. Throws when it cannot be opened. */
  value(entry: Entry, name: string): Value;
  /** Whether a sealed value was opened. */
  readonly sensitive: boolean;
  /** The value of an entry that has to be sealed, in any of these forms. */
  secret(entry: Entry, name: string, forms: readonly Sealed["form"][]): Value;
}

/** What for_each makes a file of, without a prototype: {name, key, value}, an instance of a service, or whatever a function listed. */
export type Item = Readonly<Record<string, unknown>>;

export interface RenderContext {
  readonly reader: Reader;
  /** What the file is for, with for_each. */
  readonly item?: Item | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

/** A template that has been compiled once. `render` throws TEMPLATE_FAILED or TEMPLATE_MISSING_KEY with file and line. */
export interface CompiledTemplate {
  readonly name: string;
  /** Keys and prefixes that the source names literally, so that they can be read before the first render. */
  readonly literals: readonly string[];
  /** Every file the template was made of, absolute. */
  readonly sources: readonly string[];
  render(context: RenderContext): string;
}

export interface TemplateEngine {
  /** Compiles a file below the templates directory. Throws TEMPLATE_INVALID with file and line. */
  compile(src: string): CompiledTemplate;
}

/** The outcome of one render. */
export type Rendering =
  | { readonly kind: "rendered"; readonly text: string; readonly used: readonly Dependency[]; readonly missing: readonly Dependency[]; readonly opened: readonly Sealed[]; readonly empty: readonly Dependency[] }
  /** The template asked for something that no mirror holds yet. */
  | { readonly kind: "uncovered"; readonly wanted: readonly Dependency[] }
  /** The template asked for sealed values that have to be prepared first. */
  | { readonly kind: "unopened"; readonly sealed: readonly Sealed[] }
  | { readonly kind: "failed"; readonly error: AppError; readonly used: readonly Dependency[]; readonly missing: readonly Dependency[] };
