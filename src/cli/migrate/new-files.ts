import { join } from "node:path";
import { callsOf } from "../../gotemplate/engine/facts.ts";
import { CONFD } from "../../gotemplate/confd/index.ts";
import { parseGoTemplate } from "../../gotemplate/index.ts";
import { migrateUnits, type MigratedUnit, type Resource } from "../../migrate/index.ts";
import { languageOf } from "../../engine/open-templates.ts";
import type { Source } from "./source.ts";
import type { Migrated } from "./templates.ts";

/** A file to write, by its name below the new directory. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
  readonly mode?: number;
}

/** They may hold the password of a backend. */
const UNDECIDED_MODE = 0o600;
/** What only Go templates have. */
const OF_GO = ["engine", "left_delimiter", "right_delimiter", "error_on_missing_key"];

/** The units of what can be carried over. */
export function newUnits(migrated: readonly Migrated[]): readonly MigratedUnit[] {
  return migrateUnits(migrated.flatMap((each) => (each.unit === undefined ? [] : [resourceOf(each)])));
}

/** The files of the new directory, beside its settings. */
export function newFiles({ templates }: Source, migrated: readonly Migrated[], units: readonly MigratedUnit[]): readonly NewFile[] {
  const translated = new Map(migrated.flatMap(({ nunjucks }) => (nunjucks === undefined ? [] : [[nunjucks.src, nunjucks.text] as const])));
  const kept = [...templates].filter(([name]) => isNeeded(name, templates, migrated));
  return [
    ...units.map(({ name, text }) => ({ name: join("conf.d", `${name}.toml`), text })),
    // Not ".toml", so that nothing takes it for a unit.
    ...migrated.flatMap(({ unit, resource }) => (unit === undefined ? [{ name: join("conf.d", `${resource.name}.toml.undecided`), text: resource.original, mode: UNDECIDED_MODE }] : [])),
    ...[...translated].map(([name, text]) => ({ name: join("templates", name), text })),
    ...kept.map(([name, text]) => ({ name: join("templates", name), text })),
  ];
}

function resourceOf({ resource, nunjucks, stays, undecided }: Migrated): Resource {
  const { name, label, apart, keys = {} } = resource;
  const src = String(keys["src"]);
  const isPlain = keys["engine"] === languageOf(src);
  const kept = Object.entries(keys).filter(([key]) => (nunjucks === undefined ? !(key === "engine" && isPlain) : !OF_GO.includes(key)));
  return {
    name,
    label,
    apart,
    keys: { ...Object.fromEntries(kept), src: nunjucks?.src ?? src },
    remarks: [...(stays === undefined ? [] : [`${src} stays a Go template: ${stays}`]), ...undecided.map((sentence) => `To decide: ${sentence}`)],
  };
}

/** Whether a file is used after the translation: by a unit, by a template that stays, or for all that is known. */
function isNeeded(name: string, templates: Source["templates"], migrated: readonly Migrated[]): boolean {
  const users = migrated.filter(({ resource }) => resource.keys?.["src"] === name);
  if (users.length === 0 || users.some(({ nunjucks }) => nunjucks === undefined)) return true;
  // Templates of consul-template include nothing.
  const staying = migrated.flatMap(({ nunjucks, resource }) => (nunjucks === undefined && resource.keys?.["engine"] !== "consul-template" ? [templates.get(String(resource.keys?.["src"])) ?? ""] : []));
  return [...staying, ...[...templates].filter(([other]) => !migrated.some(({ resource }) => resource.keys?.["src"] === other)).map(([, text]) => text)].some((text) => mayInclude(text, name));
}

function mayInclude(text: string, name: string): boolean {
  try {
    const calls = callsOf(parseGoTemplate("x", text, { functions: CONFD.functions.map((each) => each.name) })).filter((call) => call.name === "include");
    return calls.some(({ texts: [included] }) => included === undefined || included === name);
  } catch {
    return text.includes("include");
  }
}
