import { resolve } from "node:path";
import { flagName, type SettingName, SETTINGS } from "../../config/settings.ts";
import { tomlDocument } from "../../migrate/index.ts";
import { typeInfo } from "../../schema/setting.ts";
import { describe } from "../../schema/table.ts";

/** The text of remora.toml for settings that are given as flags, and whether it holds a secret. */
export function settingsFile(flags: Readonly<Record<string, string | readonly string[]>>, cwd: string): { readonly text: string; readonly secret: boolean } {
  const given = describe(SETTINGS).filter(({ name }) => Object.hasOwn(flags, flagName(name)));
  const values = given.map(({ name }) => [name, inToml(name as SettingName, flags[flagName(name)] as string | readonly string[], cwd)] as const);
  return { text: tomlDocument(Object.fromEntries(values)), secret: given.some(({ secret }) => secret) };
}

function inToml(name: SettingName, value: string | readonly string[], cwd: string): unknown {
  const { type, list } = typeInfo(SETTINGS[name]);
  if (list === true) return [value].flat();
  if (typeof value !== "string") return value;
  if (type === "boolean") return value === "true";
  if (/number/.test(type) && /^\d+$/.test(value)) return Number(value);
  // A relative path of a file begins at its directory, which is another one than that where confd was started.
  return type === "path" ? resolve(cwd, value) : value;
}
