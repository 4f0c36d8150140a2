import { join, resolve } from "node:path";
import type { Configuration, NamedBackend, Settings } from "../core/configuration.ts";
import { AppError, reason, toAppError } from "../core/error.ts";
import type { Files } from "../core/ports.ts";
import { sharedTargets } from "./shared-targets.ts";
import { oneError, sentence, toErrors } from "./problems.ts";
import { readSettings } from "./read-settings.ts";
import { type PlacedUnit, readUnit } from "./read-unit.ts";
import { envName, flagName, SETTINGS } from "./settings.ts";
import { unknownVariables } from "./sources.ts";
import { readToml, type TomlFile } from "./toml-file.ts";
import type { GivenUnit, UnitDialect } from "./unit-dialect.ts";
import { findUnitFiles, type UnitFile } from "./unit-files.ts";

/** What a configuration is made of. */
export interface LoadOptions {
  readonly files: Pick<Files, "read" | "stat" | "list" | "realpath">;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By the flags' names without dashes, as `parseArgs` gives them; those that are no settings are left alone. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** What givers call flags that go by other names. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** How unit files are read that are another program's. */
  readonly dialect?: UnitDialect | undefined;
  /** The units, where they are not those of conf.d. */
  readonly unitFiles?: (() => Promise<readonly GivenUnit[]>) | undefined;
  /** Where templates are; else in the configuration directory. */
  readonly templatesDir?: string | undefined;
  /** Stands for --confdir. */
  readonly confdir?: string | undefined;
  /** Where relative paths of flags and variables begin; the working directory of the process unless given. */
  readonly cwd?: string | undefined;
  /** Answers sound units and the errors of the broken ones, instead of throwing those. */
  readonly keepSound?: boolean | undefined;
}

export interface Loaded {
  readonly configuration: Configuration;
  /** Sentences about what is odd and not wrong. */
  readonly warnings: readonly string[];
  /** What is wrong with unit files; empty unless `keepSound`. */
  readonly broken: readonly AppError[];
}

/** Reads remora.toml and conf.d. Throws one CONFIG_INVALID that tells all that is wrong in all files. */
export async function loadConfiguration(options: LoadOptions): Promise<Loaded> {
  const confdir = confdirOf(options);
  const outcome = await settingsOf(options, confdir);
  const settings = "settings" in outcome ? outcome.settings : undefined;
  const { units, backends, errors: broken, warnings } = await loadUnits(confdir, settings ?? (await fallbackSettings(confdir)), options);
  if (settings === undefined || (broken.length > 0 && options.keepSound !== true)) {
    throw oneError([...("errors" in outcome ? outcome.errors : []), ...broken]);
  }
  return { configuration: { settings, units, templatesDir: options.templatesDir ?? join(confdir, "templates"), backends }, warnings: [...unknownVariables(options.env), ...warnings], broken };
}

/** Reads the settings alone, for commands that need no units. Throws CONFIG_INVALID. */
export async function loadSettings(options: LoadOptions): Promise<{ readonly settings: Settings; readonly warnings: readonly string[] }> {
  const outcome = await settingsOf(options, confdirOf(options));
  if ("errors" in outcome) throw oneError(outcome.errors);
  return { settings: outcome.settings, warnings: unknownVariables(options.env) };
}

function confdirOf({ confdir, flags, env, cwd = "." }: LoadOptions): string {
  const given = confdir ?? (flags[flagName("confdir")] as string | undefined) ?? (env[envName("confdir")] || undefined);
  return resolve(cwd, given ?? String(SETTINGS.confdir.default));
}

async function settingsOf({ files, env, flags, labels = {}, cwd = "." }: LoadOptions, confdir: string): ReturnType<typeof readSettings> {
  const errors: AppError[] = [];
  const named = flags[flagName("confdir")] !== undefined ? (labels[flagName("confdir")] ?? `--${flagName("confdir")}`) : env[envName("confdir")] ? envName("confdir") : undefined;
  // The default directory may be missing, as settings may all come from the environment; one that was named is a slip.
  if (named !== undefined && (await files.stat(confdir))?.type !== "directory") errors.push(new AppError("CONFIG_INVALID", `${named}: "${confdir}" is not a directory`));
  try {
    const file = await readToml(join(confdir, "remora.toml"), files);
    const outcome = await readSettings({ confdir, file, env, flags, labels, cwd });
    if ("settings" in outcome && errors.length === 0) return outcome;
    if ("errors" in outcome) errors.push(...outcome.errors);
  } catch (error) {
    errors.push(toAppError(error));
  }
  return { errors };
}

/** Units are looked at even when the settings are wrong, so that one look tells all. */
async function fallbackSettings(confdir: string): Promise<Settings> {
  const outcome = await readSettings({ confdir, file: undefined, env: {}, flags: {}, cwd: confdir });
  if ("errors" in outcome) throw oneError(outcome.errors);
  return outcome.settings;
}

interface LoadedUnits {
  readonly units: Configuration["units"];
  readonly backends: readonly NamedBackend[];
  readonly errors: readonly AppError[];
  readonly warnings: readonly string[];
}

async function loadUnits(confdir: string, settings: Settings, { files, dialect, unitFiles }: LoadOptions): Promise<LoadedUnits> {
  const errors: AppError[] = [];
  const directory = join(confdir, "conf.d");
  const found = unitFiles !== undefined ? [] : await findUnitFiles(directory, files).catch((error: unknown) => {
    errors.push(new AppError("CONFIG_INVALID", `Cannot read "${directory}": ${reason(error)}`, { cause: error }));
    return [];
  });
  const given = (await unitFiles?.()) ?? [];
  const outcomes = await Promise.all([...given.map((unit) => loadGiven(unit, settings)), ...found.map((unitFile) => loadUnit(unitFile, settings, files, dialect))]);
  const sound = outcomes.flatMap(({ placed }) => (placed === undefined ? [] : [placed]));
  errors.push(...outcomes.flatMap((outcome) => outcome.errors));
  const shared = await sharedTargets(sound);
  const units = sound.filter((placed) => !shared.units.has(placed)).map(({ unit }) => unit);
  return { units, backends: outcomes.flatMap(({ backend }) => backend ?? []), errors: [...errors, ...shared.errors], warnings: outcomes.flatMap(({ warnings = [] }) => warnings) };
}

interface LoadedUnit {
  readonly placed?: PlacedUnit | undefined;
  readonly backend?: NamedBackend | undefined;
  readonly errors: readonly AppError[];
  readonly warnings?: readonly string[];
}

async function loadUnit(unitFile: UnitFile, settings: Settings, files: LoadOptions["files"], dialect: UnitDialect | undefined): Promise<LoadedUnit> {
  const { name, path } = unitFile;
  try {
    const file = await readToml(path, files);
    if (file === undefined) throw new AppError("CONFIG_INVALID", `Cannot read "${path}": there is no such file`, { hint: "A symlink to nothing? Remove it" });
    if (dialect !== undefined) return await loadForeign(unitFile, file, settings, dialect);
    const { placed, problems } = readUnit(name, file, settings);
    return { placed, errors: await toErrors(problems, file) };
  } catch (error) {
    return { errors: [toAppError(error)] };
  }
}

async function loadGiven({ unit, file }: GivenUnit, settings: Settings): Promise<LoadedUnit> {
  const { placed, problems } = readUnit(unit.name, file, settings);
  return { placed, errors: await toErrors(problems, file) };
}

async function loadForeign(unitFile: UnitFile, file: TomlFile, settings: Settings, dialect: UnitDialect): Promise<LoadedUnit> {
  const translated = await dialect(unitFile, file);
  if (translated === undefined) return { errors: [] };
  const { data, backend } = translated;
  const { placed, problems } = readUnit(unitFile.name, { ...file, data }, settings);
  const [errors, warnings] = await Promise.all([toErrors([...translated.problems, ...problems], file), Promise.all(translated.warnings.map((warning) => sentence(warning, file)))]);
  if (placed === undefined || errors.length > 0) return { errors, warnings };
  return { placed: { ...placed, unit: { ...placed.unit, backend: backend?.name ?? placed.unit.backend } }, backend, errors, warnings };
}
