import type { Value } from "../core/entry.ts";

/** A value in a data file. */
export interface Leaf {
  /** Names of tables and places in lists, down to the value. */
  readonly path: readonly (string | number)[];
  /** As it is written: 1.10 stays "1.10". */
  readonly value: Value;
  /** Where in the text it begins, its name included. */
  readonly offset: number;
}

/** How one format is read and edited; all throw DataFaults. */
export interface DataSyntax {
  /** In the order of the text; what holds nothing (null, an empty table or list) is left out. */
  leaves(text: string): Leaf[];
  /** The text with a value at the path, in place of the one there or in new tables; all else stays as it is written. */
  put(text: string, path: readonly (string | number)[], value: string): string;
  /** The text without the value at the path, which is there. */
  remove(text: string, path: readonly (string | number)[]): string;
}

/** What is wrong in a text, and where. */
export class DataFault extends Error {
  readonly offset: number;

  constructor(why: string, offset: number) {
    super(why);
    this.name = "DataFault";
    this.offset = offset;
  }
}

/** The syntaxes by the ending of a file's name. */
export const SYNTAXES: Readonly<Record<string, () => Promise<DataSyntax>>> = {
  ".yaml": yaml,
  ".yml": yaml,
  ".json": async () => (await import("./data-json.ts")).json,
  ".toml": async () => (await import("./data-toml.ts")).toml,
};

async function yaml(): Promise<DataSyntax> {
  return (await import("./data-yaml.ts")).yaml;
}
