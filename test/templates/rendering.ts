import { existsSync, readFileSync } from "node:fs";
import type { Entry } from "../../src/core/entry.ts";
import { covers, type Key, specialKey, toKey } from "../../src/core/key.ts";
import type { Reader } from "../../src/core/template.ts";
import { createTemplateEngine } from "../../src/template/environment.ts";

export const TEMPLATES = new URL("../../templates/", import.meta.url).pathname;

/** Values that try to leave the place where a template puts them. */
export const HOSTILE = [
  "",
  " ",
  "10.0.0.9:80; } } evil {",
  '"; evil "',
  "' evil '",
  "10.0.0.9:80\n}\nevil",
  "$HOME ${PATH}",
  "\\",
  "#",
  "{{ evil }} {% evil %}",
  "does-not-resolve.invalid:80",
  "999.0.0.1:80",
  "10.0.0.9:99999",
  "10.0.0.9",
  "[:::]:80",
  "é\u2028\u0000\u007f",
  "x".repeat(10_000),
];

/** Renders a ready-made template, "nginx/nginx.conf.njk", with keys and with instances by service as Consul's catalog has them. */
export function renderTemplate(name: string, keys: Readonly<Record<string, string>>, services: Readonly<Record<string, readonly object[]>> = {}): string {
  const [folder = "", file = ""] = name.split("/");
  const template = createTemplateEngine({ directory: `${TEMPLATES}${folder}`, readFile }).compile(file);
  return template.render({ reader: readerOf(keys, services), env: {}, now: () => new Date(0) });
}

function readFile(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function readerOf(keys: Readonly<Record<string, string>>, services: Readonly<Record<string, readonly object[]>>): Reader {
  // Not by toKey: a hostile key keeps what it has.
  const entries = Object.entries(keys).map(([key, value]): Entry => ({ key: key as Key, value, revision: 1 })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    entry: (name) => entries.find(({ key }) => key === toKey(name)),
    entries: (prefix) => entries.filter(({ key }) => covers(toKey(prefix), key)),
    special: (_backend, kind, name) => ({ key: specialKey(kind, name), value: JSON.stringify(services[name] ?? []), revision: 1 }),
    sensitive: false,
    value: ({ value }) => value,
    secret: ({ value }) => value,
  };
}
