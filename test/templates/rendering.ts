import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { Entry } from "../../src/core/entry.ts";
import { covers, type Key, specialKey, toKey } from "../../src/core/key.ts";
import type { Item, Reader } from "../../src/core/template.ts";
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

/** An instance as Consul's catalog has it. */
export interface Registered {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, string>>;
  readonly status?: string;
}

type Catalog = Readonly<Record<string, readonly object[]>>;

/** Renders a ready-made template, "nginx/nginx.conf.njk", with keys and with instances by service as Consul's catalog has them. */
export function renderTemplate(name: string, keys: Readonly<Record<string, string>>, services: Catalog = {}, registry = "/services", item?: Item, env: Readonly<Record<string, string>> = {}): string {
  const [folder = "", file = ""] = name.split("/");
  const template = createTemplateEngine({ directory: `${TEMPLATES}${folder}`, readFile: (path) => readFile(path)?.replace('{% set REGISTRY = "/services" %}', `{% set REGISTRY = "${registry}" %}`) }).compile(file);
  return template.render({ reader: readerOf(keys, services), env, now: () => new Date(0), item });
}

/** Renders with services, which has to come to the same from Consul's catalog and from what a registrar published in the layout "json". */
export function renderServices(name: string, services: Readonly<Record<string, readonly Registered[]>>, keys: Readonly<Record<string, string>> = {}, item?: Item, env: Readonly<Record<string, string>> = {}): string {
  const catalog: Record<string, object[]> = {};
  const published: Record<string, string> = {};
  for (const [service, instances] of Object.entries(services)) {
    const sorted = instances.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    catalog[service] = sorted.map((instance) => ({ node: "", tags: [], meta: {}, status: "passing", ...instance, name: service }));
    for (const [n, { meta, status, ...rest }] of sorted.entries()) published[`/services/${service}/${n}`] = JSON.stringify({ ...rest, attributes: meta, health: status });
  }
  const text = renderTemplate(name, { ...keys, ...published }, {}, "/services", item, env);
  assert.equal(renderTemplate(name, keys, catalog, "consul", item, env), text);
  return text;
}

function readFile(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function readerOf(keys: Readonly<Record<string, string>>, services: Catalog): Reader {
  // Not by toKey: a hostile key keeps what it has.
  const entries = Object.entries(keys).map(([key, value]): Entry => ({ key: key as Key, value, revision: 1 })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const names = Object.keys(services).sort().map((name) => ({ name, tags: [] }));
  return {
    entry: (name) => entries.find(({ key }) => key === toKey(name)),
    entries: (prefix) => entries.filter(({ key }) => covers(toKey(prefix), key)),
    special: (_backend, kind, name) => ({ key: specialKey(kind, name), value: JSON.stringify(kind === "services" ? names : (services[name] ?? [])), revision: 1 }),
    sensitive: false,
    value: ({ value }) => value,
    secret: ({ value }) => value,
  };
}
