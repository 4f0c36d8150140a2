import { didYouMean } from "../core/suggest.ts";
import { readValue, type Setting, typeInfo } from "./setting.ts";

/** Settings by the key they have in a file. */
export type Table = Readonly<Record<string, Setting>>;

/** What reading a table gives. */
export type Values<T extends Table> = { readonly [Name in keyof T]: T[Name] extends Setting<infer Output> ? Output : never };

/** Where in a document: keys of tables and indexes of arrays. */
export type Path = readonly (string | number)[];

/** Something wrong in a document, not yet with a line. */
export interface Problem {
  readonly path: Path;
  /** What to point at. */
  readonly part: "key" | "value";
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** Reads a table of a document, without values when there is any problem; all problems are found. */
export function readTable<T extends Table>(table: T, raw: Readonly<Record<string, unknown>>, path: Path): { readonly values: Values<T> | undefined; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(table, name)) problems.push(unknownKey([...path, name], Object.keys(table)));
  }
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(table)) {
    const given = raw[name] ?? one.default;
    if (given === undefined) {
      if (one.required) problems.push({ path, part: "key", reason: `key "${name}" is missing`, hint: one.doc });
      continue;
    }
    const read = readValue(one, given);
    if ("value" in read) values[name] = read.value;
    else problems.push({ path: [...path, name], part: "value", reason: `${name}: ${read.refused.reason}`, hint: read.refused.hint });
  }
  return { values: problems.length === 0 ? (values as Values<T>) : undefined, problems };
}

/** The problem of a key that no table has, with the nearest of those that there are. */
export function unknownKey(path: Path, known: readonly string[], shown = String(path.at(-1)), fallbackHint?: string): Problem {
  return { path, part: "key", reason: `key "${shown}" is not known`, hint: didYouMean(String(path.at(-1)), known) ?? fallbackHint ?? `Known here: ${known.join(", ")}` };
}

/** Whether a value of a document is a table. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A setting in words, for help and docs. */
export interface Description {
  readonly name: string;
  readonly type: string;
  readonly list: boolean;
  /** As it would be typed; undefined when there is none. */
  readonly default: string | undefined;
  readonly required: boolean;
  readonly secret: boolean;
  readonly file: boolean;
  readonly doc: string;
}

/** Describes each setting of a table. */
export function describe(table: Table): readonly Description[] {
  return Object.entries(table).map(([name, one]) => ({
    name,
    type: typeInfo(one).type,
    list: typeInfo(one).list === true,
    default: one.default === undefined ? undefined : [one.default].flat().join(","),
    required: one.required,
    secret: one.secret,
    file: one.file,
    doc: one.doc,
  }));
}
