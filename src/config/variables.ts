import { isTable, type Path, type Problem } from "../schema/table.ts";

/** The place of the table in remora.toml: [env.variables]. */
export const VARIABLES_TABLE = "variables";

type Texts = Readonly<Record<string, string>>;

/** Takes [env.variables] out of what remora.toml holds; the rest are settings. */
export function splitVariables(data: Readonly<Record<string, unknown>>): { readonly raw: unknown; readonly rest: Readonly<Record<string, unknown>> } {
  const { env } = data;
  if (!isTable(env)) return { raw: undefined, rest: data };
  const { [VARIABLES_TABLE]: raw, ...others } = env;
  return { raw, rest: { ...data, env: others } };
}

/** Reads it; all problems are found. */
export function readVariables(raw: unknown): { readonly variables: Texts; readonly problems: readonly Problem[] } {
  const path = ["env", VARIABLES_TABLE];
  if (raw === undefined) return { variables: {}, problems: [] };
  if (!isTable(raw)) return { variables: {}, problems: [{ path, part: "value", reason: "env.variables: this is not a table", hint: 'Write [env.variables] on a line of its own, and below it DB_HOST = "/db/host"' }] };
  const problems = Object.entries(raw).flatMap(([name, value]) => problemOf([...path, name], name, value));
  return { variables: problems.length === 0 ? ({ ...raw } as Texts) : {}, problems };
}

function problemOf(path: Path, name: string, value: unknown): readonly Problem[] {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [{ path, part: "key", reason: `"${name}" is no name of a variable`, hint: "It has letters, digits and _, and does not begin with a digit" }];
  if (typeof value !== "string") return [{ path, part: "value", reason: `${name}: this is not text`, hint: 'Write a key, "/db/host", a template, "{{ getv(\'/db/host\') }}:3306", or plain text' }];
  if (value.includes("\0")) return [{ path, part: "value", reason: `${name}: a variable cannot hold a NUL`, hint: "Leave it out" }];
  return [];
}
