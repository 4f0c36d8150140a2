import { resolve } from "node:path";
import type { Settings } from "../core/configuration.ts";
import { AppError } from "../core/error.ts";
import { readValue, typeInfo } from "../schema/setting.ts";
import type { Problem } from "../schema/table.ts";
import { REGISTRY_BACKENDS } from "../registrar/index.ts";
import { CERTIFICATE_TABLE, readCertificates } from "./certificates.ts";
import { readServices, SERVICE_TABLE } from "./services.ts";
import { reloadContradictions } from "./app-reload.ts";
import { contradictions, overruled } from "./contradictions.ts";
import { toErrors } from "./problems.ts";
import { statusContradictions } from "./status-listen.ts";
import { type SettingName, SETTINGS, type SettingValues, toSettings } from "./settings.ts";
import { fromDefaults, fromEnv, fromFile, fromFlags, type Given } from "./sources.ts";
import type { TomlFile } from "./toml-file.ts";
import { readVariables, splitVariables } from "./variables.ts";

/** Where settings come from, besides their defaults. */
export interface Sources {
  /** Absolute; relative paths of the file and of defaults begin here. */
  readonly confdir: string;
  /** remora.toml, when there is one. */
  readonly file: TomlFile | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Readonly<Record<string, unknown>>;
  /** What givers call flags that go by other names. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Where relative paths of flags and variables begin. */
  readonly cwd: string;
}

/** Reads every setting: default < file < environment < flag. Answers the settings, or everything that is wrong. */
export async function readSettings(sources: Sources): Promise<{ readonly settings: Settings } | { readonly errors: readonly AppError[] }> {
  const { [CERTIFICATE_TABLE]: certificateTables, [SERVICE_TABLE]: serviceTables, ...data } = sources.file?.data ?? {};
  const { raw: variableTable, rest } = splitVariables(data);
  const inFile = fromFile(rest);
  const wrong: Wrong[] = [];
  const values: { [name: string]: unknown } = {};
  const strongest = new Map<SettingName, Given>();
  for (const given of [...fromDefaults(), ...inFile.given, ...fromEnv(sources.env), ...fromFlags(sources.flags, sources.labels)]) {
    const read = readValue<unknown>(SETTINGS[given.name], given.raw);
    if ("refused" in read) {
      wrong.push({ given, ...read.refused });
      continue;
    }
    values[given.name] = absolute(typeInfo(SETTINGS[given.name]).type, read.value, baseOf(given, sources));
    strongest.set(given.name, given);
  }
  for (const name of overruled(strongest)) {
    delete values[name];
    strongest.delete(name);
  }
  const wait = { min: values["wait.min"] as number, max: values["wait.max"] as number };
  if (wrong.length === 0) wrong.push(...contradictions(strongest, wait), ...reloadContradictions(strongest, values), ...statusContradictions(strongest, values));
  const certificates = readCertificates(certificateTables, { hostname: sources.env["HOSTNAME"], sealed: strongest.has("secrets.recipients") });
  const services = readServices(serviceTables, { registered: values["registrar.registries"] !== undefined || REGISTRY_BACKENDS.some((name) => name === values["backend"]) });
  const variables = readVariables(variableTable);
  const fileProblems = [...inFile.problems, ...variables.problems, ...certificates.problems, ...services.problems, ...wrong.filter(({ given }) => given.origin === "file").map(toProblem)];
  const errors = [
    ...(sources.file === undefined ? [] : await toErrors(fileProblems, sources.file)),
    ...wrong.filter(({ given }) => given.origin !== "file").map(({ given, reason, hint }) => new AppError("CONFIG_INVALID", `${given.label}: ${reason}`, { hint })),
  ];
  if (errors.length > 0) return { errors };
  const settings = toSettings(values as unknown as SettingValues);
  return { settings: { ...settings, env: { ...settings.env, variables: variables.variables }, confdir: sources.confdir, certificates: certificates.certificates, services: services.services } };
}

interface Wrong {
  readonly given: Given;
  readonly reason: string;
  readonly hint: string | undefined;
}

function baseOf({ origin }: Given, { confdir, cwd }: Sources): string {
  return origin === "env" || origin === "flag" ? cwd : confdir;
}

/** Paths begin where they were written. */
function absolute(type: string, value: unknown, base: string): unknown {
  if (type === "path") return resolve(base, String(value));
  return type === "list of paths" ? [value].flat().map((path) => resolve(base, String(path))) : value;
}

function toProblem({ given, reason, hint }: Wrong): Problem {
  return { path: given.name.split("."), part: "value", reason: `${given.label}: ${reason}`, hint };
}
