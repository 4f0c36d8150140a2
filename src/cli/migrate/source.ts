import type { TomlFile } from "../../config/toml-file.ts";

/** A template with what is done with it, in Remora's words. */
export interface ReadResource {
  /** As its unit is to be called, where it is one by itself. */
  readonly name: string;
  /** As whoever wrote it finds it: "nginx.toml", "ct.hcl:12". */
  readonly label: string;
  readonly file: TomlFile;
  /** Undefined where it cannot be carried over. */
  readonly keys: Readonly<Record<string, unknown>> | undefined;
  /** It is one unit only with those that have the same. */
  readonly apart?: string | undefined;
  /** What stays of it where it cannot be carried over. */
  readonly original: string;
  /** What somebody has to decide, in sentences. */
  readonly undecided: readonly string[];
  /** What is to be known, in sentences. */
  readonly remarks: readonly string[];
}

/** The configuration of another program, read. */
export interface Source {
  /** A directory or a file. */
  readonly path: string;
  readonly resources: readonly ReadResource[];
  /** The texts of template files, by their names below templates/. */
  readonly templates: ReadonlyMap<string, string>;
  /** Remora's settings, as flags. */
  readonly flags: Readonly<Record<string, string | readonly string[]>>;
  /** Of [env.variables]. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What somebody has to decide about all of it. */
  readonly undecided?: readonly string[];
  readonly remarks: readonly string[];
  /** The program that is started and told of changes, as words. */
  readonly app?: readonly string[] | undefined;
}
