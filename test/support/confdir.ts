import { readdirSync, readFileSync } from "node:fs";
import { type Project, project } from "../support/remora.ts";

// A confdir as somebody who runs confd has it: twenty resources, and what Go itself made of them (test/gotemplate/confd/confdir.go).

const CONFDIR = new URL("../gotemplate/confd/confdir/", import.meta.url);

export const KEYS = json("keys.json");
export const OUTPUTS = json("outputs.json");
/** What becomes of some keys, null where one is taken away, and what Go makes of the resources then. */
export const CHANGES: Readonly<Record<string, string | null>> = json("changes.json");
export const OUTPUTS_CHANGED = json("outputs-changed.json");

/** A project with the confdir's files as they are. */
export function confdir(settings = ""): Promise<Project> {
  const folders = ["conf.d", "templates", "templates/parts"];
  const names = folders.flatMap((folder) => readdirSync(new URL(`${folder}/`, CONFDIR), { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [`${folder}/${entry.name}`] : [])));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, CONFDIR), "utf8")]));
  return project({ "conf.d/app.toml": "", "templates/app.njk": "", "data.yaml": "", "remora.toml": settings, ...files });
}

/** The texts of all targets, by name. */
export async function targets(app: Project): Promise<Record<string, string | undefined>> {
  return Object.fromEntries(await Promise.all(Object.keys(OUTPUTS).map(async (name) => [name, await app.read(`out/${name}`)] as const)));
}

/** The keys as nested tables, as the file backend has them. */
export function nested(keys: Readonly<Record<string, string>>): object {
  const root: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(keys)) {
    const parts = key.slice(1).split("/");
    const last = parts.pop() as string;
    const table = parts.reduce<Record<string, unknown>>((parent, part) => (parent[part] ??= {}) as Record<string, unknown>, root);
    table[last] = value;
  }
  return root;
}

function json(name: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(new URL(name, CONFDIR), "utf8")) as Record<string, string>;
}
