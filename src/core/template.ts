import type { Dependency } from "./dependency.ts";
import type { Entry, Value } from "./entry.ts";
import type { AppError } from "./error.ts";
import type { Sealed } from "./opener.ts";
import type { InterfaceAddress } from "./ports.ts";

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
  /** What it does that its author may not expect, as far as that can be seen without keys; for `remora check`. */
  readonly oddities?: readonly AppError[];
  /** The text; bytes that are not UTF-8 stand in it as `textToBytes` takes them. */
  render(context: RenderContext): string;
}

/** What templates may learn of the machine beside keys. */
export interface Machine {
  readonly hostname: string;
  /** Whether there is anything at the path. */
  exists(path: string): boolean;
  interfaces(): readonly InterfaceAddress[];
}

/** An instance of a service, as templates see it, whichever registry it is in. */
export interface ServiceInstance {
  readonly id: string;
  readonly name: string;
  /** Where it runs; empty where the registry does not say. */
  readonly node: string;
  readonly address: string;
  /** 0 where the registry holds addresses alone. */
  readonly port: number;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly status: string;
}

/** Reads what a registrar published below a prefix. */
export interface Published {
  /** The instances of a service, sorted by id. */
  instances(reader: Reader, prefix: string, name: string): readonly ServiceInstance[];
  /** All services, sorted by name. */
  services(reader: Reader, prefix: string): readonly { readonly name: string; readonly tags: readonly string[] }[];
}

/** The languages of templates: Go's text/template with confd's functions, or with those of consul-template. */
export const LANGUAGES = ["nunjucks", "go", "consul-template"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Delimiters {
  readonly left: string;
  readonly right: string;
}

/** How a template is to be taken, beside its file. */
export interface CompileOptions {
  /** Else the file's extension decides. */
  readonly engine?: Language | undefined;
  /** The keys that the unit follows; Go templates list nothing above them, as in confd. */
  readonly keys?: readonly string[];
  /** What actions of a Go template stand between, where not "{{" and "}}". */
  readonly delimiters?: Delimiters | undefined;
  /** Whether a member that a map does not have is an error of a Go template. */
  readonly strictMembers?: boolean | undefined;
}

export interface TemplateEngine {
  /** Compiles a file below the templates directory. Throws TEMPLATE_INVALID with file and line. */
  compile(src: string, options?: CompileOptions): CompiledTemplate;
  /** Loads what the compiled templates need beside themselves; has to be awaited before the first render. */
  ready?(): Promise<void>;
}

/** The outcome of one render. */
export type Rendering =
  | { readonly kind: "rendered"; readonly text: string; readonly used: readonly Dependency[]; readonly missing: readonly Dependency[]; readonly opened: readonly Sealed[]; readonly empty: readonly Dependency[] }
  /** The template asked for something that no mirror holds yet. */
  | { readonly kind: "uncovered"; readonly wanted: readonly Dependency[] }
  /** The template asked for sealed values that have to be prepared first. */
  | { readonly kind: "unopened"; readonly sealed: readonly Sealed[] }
  | { readonly kind: "failed"; readonly error: AppError; readonly used: readonly Dependency[]; readonly missing: readonly Dependency[] };
