import { didYouMean } from "../core/suggest.ts";
import { typeInfo } from "../schema/setting.ts";
import { isTable, type Path, type Problem, unknownKey } from "../schema/table.ts";
import { CERTIFICATE_TABLE } from "./certificates.ts";
import { SERVICE_TABLE } from "./services.ts";
import { envName, flagName, type SettingName, SETTINGS } from "./settings.ts";
import { VARIABLES_TABLE } from "./variables.ts";

/** A value that somebody gave for a setting. */
export interface Given {
  readonly name: SettingName;
  readonly origin: "default" | "file" | "env" | "flag";
  /** What the giver calls it: "wait.min", "REMORA_WAIT_MIN", "--wait-min". */
  readonly label: string;
  readonly raw: unknown;
}

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** The built-in value of each setting that has one. */
export function fromDefaults(): readonly Given[] {
  return NAMES.flatMap((name) => (SETTINGS[name].default === undefined ? [] : [{ name, origin: "default", label: name, raw: SETTINGS[name].default }]));
}

/** What remora.toml says, and the keys in it that are not known. */
export function fromFile(data: Readonly<Record<string, unknown>>): { readonly given: readonly Given[]; readonly problems: readonly Problem[] } {
  const given: Given[] = [];
  const problems: Problem[] = [];
  const walk = (table: Readonly<Record<string, unknown>>, path: Path) => {
    for (const [key, raw] of Object.entries(table)) {
      const here = [...path, key];
      const found = settingInFile(here.join("."));
      if (found !== undefined) given.push({ name: found, origin: "file", label: found, raw });
      else if (childrenOf(here).length === 0) problems.push(unknownSetting(here));
      else if (isTable(raw)) walk(raw, here);
      else problems.push({ path: here, part: "value", reason: `${here.join(".")}: this is not a table`, hint: `Known in it: ${childrenOf(here).join(", ")}` });
    }
  };
  walk(data, []);
  return { given, problems };
}

/** What the environment says; an empty variable is one that is not set, as it is in compose files. */
export function fromEnv(env: Readonly<Record<string, string | undefined>>): readonly Given[] {
  return NAMES.flatMap((name) => {
    const raw = env[envName(name)];
    return raw === undefined || raw === "" ? [] : [{ name, origin: "env", label: envName(name), raw: isList(name) ? split(raw) : raw }];
  });
}

/** Sentences about REMORA_ variables that are not known. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = NAMES.map(envName);
  return Object.keys(env)
    .filter((variable) => variable.startsWith("REMORA_") && !known.includes(variable) && !TOLD.includes(variable) && !isServiceLink(variable))
    .sort()
    .map((variable) => {
      const hint = didYouMean(variable, known);
      return `${variable}: this variable is not known${hint === undefined ? "" : `. ${hint}`}`;
    });
}

/** What the flags say; values are as `parseArgs` gives them. */
export function fromFlags(flags: Readonly<Record<string, unknown>>, labels: Readonly<Record<string, string>> = {}): readonly Given[] {
  return NAMES.flatMap((name) => {
    const raw = flags[flagName(name)];
    return raw === undefined ? [] : [{ name, origin: "flag", label: labels[flagName(name)] ?? `--${flagName(name)}`, raw: isList(name) ? [raw].flat().flatMap((item) => split(String(item))) : raw }];
  });
}

function settingInFile(dotted: string): SettingName | undefined {
  return NAMES.find((name) => name === dotted && SETTINGS[name].file);
}

function childrenOf(path: Path): readonly string[] {
  const start = path.map((part) => `${part}.`).join("");
  const below = NAMES.filter((name) => SETTINGS[name].file && name.startsWith(start));
  return [...new Set(below.map((name) => name.slice(start.length).split(".")[0] ?? ""))];
}

function unknownSetting(path: Path): Problem {
  const tables = path.length === 1 ? [CERTIFICATE_TABLE, SERVICE_TABLE] : path.length === 2 && path[0] === "env" ? [VARIABLES_TABLE] : [];
  return unknownKey(path, [...childrenOf(path.slice(0, -1)), ...tables], path.join("."), elsewhere(path));
}

/** In TOML a key after [a.table] belongs to that table, which is easily forgotten. */
function elsewhere(path: Path): string | undefined {
  const last = String(path.at(-1));
  if (last === "confdir") return `The file cannot move itself: use --${flagName("confdir")} or ${envName("confdir")}`;
  const same = NAMES.find((name) => name.split(".").at(-1) === last);
  if (same === undefined) return undefined;
  const table = same.split(".").slice(0, -1).join(".");
  return table === "" ? `"${last}" belongs above the first [table]` : `"${last}" belongs in [${table}]`;
}

function isList(name: SettingName): boolean {
  return typeInfo(SETTINGS[name]).list === true;
}

function split(text: string): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** What commands are told, of which one may run Remora. */
const TOLD = ["REMORA_UNIT", "REMORA_CHANGED", "REMORA_GONE"];

// Kubernetes and Docker links set these in every container beside a service that is called "remora".
function isServiceLink(variable: string): boolean {
  return /^REMORA_(SERVICE_(HOST|PORT)|PORT($|_))/.test(variable);
}
