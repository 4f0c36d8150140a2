import type { NamedBackend } from "../core/configuration.ts";
import type { Problem } from "../schema/table.ts";
import type { TomlFile } from "./toml-file.ts";
import type { UnitFile } from "./unit-files.ts";

/** A unit file of another program, in our words. */
export interface TranslatedUnit {
  readonly data: TomlFile["data"];
  /** Where its keys are read from, where not from the default backend. */
  readonly backend?: NamedBackend | undefined;
  readonly problems: readonly Problem[];
  /** What is odd and not wrong. */
  readonly warnings: readonly Problem[];
}

/** A unit that no file of conf.d holds; `file` is what shows in errors about it. */
export interface GivenUnit {
  readonly unit: UnitFile;
  readonly file: TomlFile;
}

/** How unit files of another program are read; undefined leaves a file out. */
export type UnitDialect = (unit: UnitFile, file: TomlFile) => Promise<TranslatedUnit | undefined>;
