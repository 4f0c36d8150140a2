import { resolve } from "node:path";
import { oneError } from "../../config/problems.ts";
import { readSettings } from "../../config/read-settings.ts";
import { flagName, type SettingName, SETTINGS } from "../../config/settings.ts";
import type { Settings } from "../../core/configuration.ts";
import { formatDuration, toDuration } from "../../core/duration.ts";
import { tomlDocument } from "../../migrate/index.ts";
import { typeInfo } from "../../schema/setting.ts";
import { describe } from "../../schema/table.ts";
import type { Outside } from "../command.ts";
import type { Source } from "./source.ts";

const SECOND_MS = 1_000;

/** The settings that flags mean. Throws CONFIG_INVALID. */
export async function settingsOf(flags: Source["flags"], { cwd }: Pick<Outside, "cwd">): Promise<Settings> {
  const outcome = await readSettings({ confdir: cwd, file: undefined, env: {}, flags, cwd });
  if ("errors" in outcome) throw oneError(outcome.errors);
  return outcome.settings;
}

/** The text of remora.toml, and whether it may hold a secret. */
export function settingsFile({ flags, variables = {} }: Source, cwd: string): { readonly text: string; readonly secret: boolean } {
  const given = describe(SETTINGS).filter(({ name }) => Object.hasOwn(flags, flagName(name)));
  const values = given.map(({ name }) => [name, inToml(name as SettingName, flags[flagName(name)] as string | readonly string[], cwd)] as const);
  const named = Object.entries(variables).map(([name, value]) => [`env.variables.${name}`, value] as const);
  return { text: tomlDocument(Object.fromEntries([...values, ...named])), secret: named.length > 0 || given.some(({ secret }) => secret) };
}

function inToml(name: SettingName, value: string | readonly string[], cwd: string): unknown {
  const { type, list } = typeInfo(SETTINGS[name]);
  if (list === true) return [value].flat();
  if (typeof value !== "string") return value;
  if (type === "boolean") return value === "true";
  if (/number/.test(type) && /^\d+$/.test(value)) return Number(value);
  // "2s2s2s2s" is four times as long as "2s".
  if (type === "duration" && /\d\D+\d/.test(value)) return shortDuration(toDuration(value));
  // A relative path of a file begins at its directory, which is another one than that where confd was started.
  return type === "path" ? resolve(cwd, value) : value;
}

function shortDuration(ms: number): string {
  return ms % SECOND_MS === 0 ? formatDuration(ms) : `${ms}ms`;
}
