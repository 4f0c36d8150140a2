/** Keys with their values, in their order. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** "key = value" lines, the equal signs below each other. */
export function tomlText(table: TomlTable): string {
  const width = Math.max(0, ...Object.keys(table).map((key) => tomlKey(key).length));
  return Object.entries(table).map(([key, value]) => `${tomlKey(key).padEnd(width)} = ${tomlValue(value)}\n`).join("");
}

/** Tables and values by their places, as "backends.etcd.endpoints". */
export function tomlDocument(values: TomlTable): string {
  const tables = new Map<string, Record<string, unknown>>();
  for (const [place, value] of Object.entries(values)) {
    const dot = place.lastIndexOf(".");
    const table = place.slice(0, Math.max(dot, 0));
    tables.set(table, { ...tables.get(table), [place.slice(dot + 1)]: value });
  }
  // What stands in no table has to come first.
  const sorted = [...tables].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([name, table]) => (name === "" ? "" : `[${name}]\n`) + tomlText(table)).join("\n");
}

function tomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (typeof value === "object" && value !== null && !(value instanceof Date)) return `{ ${Object.entries(value).map(([key, member]) => `${tomlKey(key)} = ${tomlValue(member)}`).join(", ")} }`;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? tomlString(value) : String(value);
}

function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : tomlString(key);
}

/** JSON's escapes are TOML's too. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}
