import type { Duration } from "./duration.ts";
import type { Key } from "./key.ts";
import type { Delimiters, Language } from "./template.ts";
import type { Location } from "./error.ts";

/** A command as configured; placeholders are not filled in yet. */
export type Command =
  | { readonly kind: "shell"; readonly text: string }
  | { readonly kind: "argv"; readonly argv: readonly [string, ...string[]] };

/** How the service takes up what was written. */
export type Reload =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "signal"; readonly signal: string; readonly pidFile: string }
  /** To the app that `remora run` supervises. */
  | { readonly kind: "app signal"; readonly signal: string }
  | { readonly kind: "app restart" };

/** What a file can be required to be. */
export const OUTPUT_FORMATS = ["json", "yaml", "yml", "toml", "xml"] as const;

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface TemplateSettings {
  /** The language, where the extension of its file is not to decide. */
  readonly engine?: Language | undefined;
  /** Of a Go template: what actions stand between, and whether a member that a map does not have is an error. */
  readonly delimiters?: Delimiters | undefined;
  readonly strictMembers?: boolean | undefined;
  /** Relative to the templates directory. */
  readonly src: string;
  /** Absolute; with `forEach` its last part names a field of the item, "{{ item.name }}". */
  readonly dest: string;
  /** A glob of keys or an expression that gives a list: there is a file for each item. */
  readonly forEach?: string | undefined;
  /** Permission bits; undefined keeps those of the present target, or 0644. */
  readonly mode: number | undefined;
  /** Name or number; undefined keeps the present one. */
  readonly owner: string | number | undefined;
  readonly group: string | number | undefined;
  /** Watched from the start; the template may read others. */
  readonly keys: readonly string[];
  /** Checks this file alone; {{ src }} is the staged file. */
  readonly check: Command | undefined;
  /** What the target held before stays beside it, as DEST.bak. */
  readonly keepsFormer?: true | undefined;
  /** Anything else is refused. */
  readonly format?: OutputFormat | undefined;
}

/** Of all processes that name the same key so many may reload at a time. */
export interface ReloadLock {
  readonly backend: string;
  readonly key: Key;
  readonly limit: number;
  /** How long a reload that failed keeps it. */
  readonly hold: Duration;
}

/** What is applied together: one file of conf.d. */
export interface Unit {
  /** The file's name without ".toml", with its folders: "nginx", "edge/haproxy". */
  readonly name: string;
  /** Where it was configured. */
  readonly file: string;
  readonly at: Location;
  /** Stands before each key of the default backend. */
  readonly prefix: Key;
  /** Its default backend, where it is not that of the settings. */
  readonly backend?: string | undefined;
  /** Services that have to be live: "mysql", "consul:mysql", "etcd:/services/mysql". */
  readonly requires: readonly string[];
  readonly templates: readonly TemplateSettings[];
  /** Checks all staged files; {{ stage }} is a directory that holds them under their base names, those of items in a folder named as theirs. */
  readonly check: Command | undefined;
  readonly checkTimeout: Duration;
  readonly reload: Reload | undefined;
  readonly reloadTimeout: Duration;
  /** What the app is told of a change, once its own reload is done. */
  readonly tells?: { readonly reload: Reload; readonly splay: Duration } | undefined;
  /** Its command runs as well for what is written before the app was started. */
  readonly reloadsBeforeStart?: boolean | undefined;
  readonly onReloadFailure: "keep" | "rollback";
  /** What to do when a prefix that had keys has none any more. */
  readonly onEmpty: "keep" | "render";
  /** A random delay up to this before a reload. */
  readonly splay: Duration;
  /** Under which the reload runs. */
  readonly lock?: ReloadLock | undefined;
  /** Reloads closer together than this are deferred, never dropped. */
  readonly minReloadInterval: Duration;
}
