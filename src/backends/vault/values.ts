import { asTable, type VaultAnswer } from "../../clients/vault/client.ts";
import { type Key, storedKey } from "../../core/key.ts";

/**
 * The keys that a secret holds, as in confd: of {"value": "x"} alone it is the secret's own; else the secret's own key is all of it
 * as JSON, and each field is a key below it, tables by their fields. Numbers, booleans and lists are JSON, null is nothing.
 */
export function keysOf(key: Key, data: VaultAnswer): [Key, string][] {
  const [[name, value] = []] = Object.entries(data);
  if (Object.keys(data).length === 1 && name === "value" && typeof value === "string") return [[key, value]];
  return [[key, JSON.stringify(sorted(data))], ...fieldsOf(key, data)];
}

/** Whether a value may be shown wherever it occurs: hiding a short word, a level or a port would hide half of every log line. */
export function isOrdinary(value: string): boolean {
  return value.length < LONG_ENOUGH && /^([A-Za-z]*|\d*)$/.test(value);
}

const LONG_ENOUGH = 8;

function fieldsOf(key: Key, data: VaultAnswer): [Key, string][] {
  return Object.entries(data).flatMap(([name, value]): [Key, string][] => {
    const own = name === "" ? undefined : storedKey(`${key}/${name}`);
    if (own === undefined || value === null) return [];
    const table = asTable(value);
    if (table !== undefined) return fieldsOf(own, table);
    return [[own, typeof value === "string" ? value : JSON.stringify(value)]];
  });
}

/** The same with its fields in order, so that equal secrets are equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const table = asTable(value);
  if (table === undefined) return value;
  return Object.fromEntries(Object.keys(table).sort().map((name) => [name, sorted(table[name])]));
}
