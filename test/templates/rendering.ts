import type { Entry } from "../../src/core/entry.ts";
import { type Key, toKey } from "../../src/core/key.ts";
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

/** Renders a ready-made template with keys, and what Consul's catalog answers for a service. */
export function renderTemplate(name: string, keys: Readonly<Record<string, string>>, services: Readonly<Record<string, string>> = {}): string {
  const [folder = "", file = ""] = name.split("/");
  const template = createTemplateEngine({ directory: `${TEMPLATES}${folder}` }).compile(file);
  return template.render({ reader: readerOf(keys, services), env: {}, now: () => new Date(0) });
}

function readerOf(keys: Readonly<Record<string, string>>, services: Readonly<Record<string, string>>): Reader {
  // Not by toKey: a hostile key keeps what it has.
  const entries = Object.entries(keys).map(([key, value]): Entry => ({ key: key as Key, value, revision: 1 })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const named = (name: string) => toKey(name.replace(/^consul:/, ""));
  return {
    entry: (name) => entries.find(({ key }) => key === named(name)),
    entries: (prefix) => entries.filter(({ key }) => key === named(prefix) || key.startsWith(`${named(prefix)}/`)),
    special: (_backend, kind, name) => ({ key: `${kind}:${name}` as Key, value: services[name] ?? "[]", revision: 1 }),
  };
}
