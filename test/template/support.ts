import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Entry, Value } from "../../src/core/entry.ts";
import { AppError } from "../../src/core/error.ts";
import { covers, type Key, ROOT } from "../../src/core/key.ts";
import type { Opener } from "../../src/core/opener.ts";
import type { Rendering } from "../../src/core/template.ts";
import { createTemplateEngine, type Lookup, render } from "../../src/template/index.ts";
import { tempDir } from "../support/temp.ts";

/** Keys as "/db/host", of another backend as "consul:/db/host", special ones as "dns:ip:db.local". */
export type Data = Readonly<Record<string, Value>>;

export interface RenderSettings {
  readonly data?: Data;
  /** More files of the templates directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly prefix?: Key;
  readonly opener?: Opener;
}

/** Opens nothing. */
export const closed: Opener = {
  opened: ({ entry }) => ({ kind: "refused", error: new AppError("INTERNAL", `Nothing opens "${entry.key}" here`) }),
  prepare: async () => {},
};

/** A lookup over fixed data, the default backend being "etcd"; it covers everything unless told otherwise. */
export function lookupOf(data: Data, covered: Lookup["covers"] = () => true): Lookup {
  const backends = new Map<string, Entry[]>();
  for (const [name, value] of Object.entries(data)) {
    const [, backend = "etcd", key = name] = /^(\w+(?:@[\w.-]+)?):(.*)$/.exec(name) ?? [];
    backends.set(backend, [...(backends.get(backend) ?? []), { key: key as Key, value, revision: 1 }]);
  }
  for (const entries of backends.values()) entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    covers: covered,
    entry: (ref) => backends.get(ref.backend)?.find(({ key }) => key === ref.key),
    entries: (ref) => backends.get(ref.backend)?.filter(({ key }) => covers(ref.key, key)) ?? [],
  };
}

/** Compiles and renders a text as the file "main.njk". */
export async function rendering(source: string, { data = {}, files = {}, env = {}, prefix = ROOT, opener = closed }: RenderSettings = {}): Promise<Rendering> {
  await using directory = await tempDir();
  for (const [name, text] of Object.entries({ ...files, "main.njk": source })) await directory.write(name, text);
  const template = createTemplateEngine({ directory: directory.path, readFile }).compile("main.njk");
  return render(template, { lookup: lookupOf(data), opener, prefix, defaultBackend: "etcd", env, now: () => new Date(Date.UTC(2024, 0, 31, 12)) });
}

/** What a text renders to. */
export async function rendered(source: string, settings?: RenderSettings): Promise<string> {
  const result = await rendering(source, settings);
  if (result.kind === "failed") throw result.error;
  assert.equal(result.kind, "rendered");
  return result.kind === "rendered" ? result.text : "";
}

/** The error that a text fails with, while it is compiled or rendered. */
export async function failure(source: string, settings?: RenderSettings): Promise<AppError> {
  const error = await rendered(source, settings).then(
    (text) => assert.fail(`It rendered ${JSON.stringify(text)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AppError, String(error));
  return error;
}

/** "main.njk:2:4" */
export function placeOf({ at }: AppError): string {
  return `${at?.file.split("/").pop()}:${at?.line}:${at?.column}`;
}

/** The text of a file, as the engine reads it. */
export function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}

