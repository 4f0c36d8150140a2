import { join, resolve } from "node:path";
import { lineToShow } from "../../config/toml-file.ts";
import { AppError, reason } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { didYouMean } from "../../core/suggest.ts";
import { type HclBlock, type HclEntry, HclFault, type HclValue, parseHcl } from "./hcl.ts";
import { OPTIONS, UNUSED_BLOCKS } from "./options.ts";

/** Where something stands in a configuration. */
export interface Place {
  readonly path: string;
  readonly text: string;
  readonly line: number;
}

/** A `template` block. */
export interface TemplateBlock {
  readonly entries: readonly HclEntry[];
  readonly place: Place;
}

export interface Configured {
  /** Values by their keys with their blocks: "consul.address". */
  readonly values: ReadonlyMap<string, { readonly value: HclValue; readonly place: Place }>;
  readonly templates: readonly TemplateBlock[];
  readonly warnings: readonly string[];
}

const REFUSED: Readonly<Record<string, string>> = {
  "consul.namespace": "Remora does not read namespaces of Consul Enterprise",
};

/** Reads files in HCL and JSON, those of a directory in lexical order, and CT_LOCAL_CONFIG. Later ones win; templates add up. Throws CONFIG_INVALID. */
export async function readConfigured(paths: readonly string[], { files, cwd, env }: { readonly files: Pick<Files, "read" | "stat" | "list">; readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> }): Promise<Configured> {
  const values = new Map<string, { readonly value: HclValue; readonly place: Place }>();
  const templates: TemplateBlock[] = [];
  const warnings: string[] = [];
  const texts = [...(await Promise.all(paths.map((path) => textsAt(resolve(cwd, path), files)))).flat(), ...(env["CT_LOCAL_CONFIG"] ? [{ path: "CT_LOCAL_CONFIG", text: env["CT_LOCAL_CONFIG"] }] : [])];
  for (const { path, text } of texts) take(parsed(path, text), "", (line) => ({ path, text, line }));
  return { values, templates, warnings };

  function take({ entries }: HclBlock, above: string, at: (line: number) => Place): void {
    for (const { name, value, line } of entries) {
      const key = above + name;
      const place = at(line);
      if (key === "template") templates.push(...blocksOf(value, place).map((block) => ({ entries: block.entries, place })));
      else if (UNUSED_BLOCKS[key] !== undefined) warnings.push(`${key} of ${shown(place)}: this has no effect, as ${UNUSED_BLOCKS[key]}`);
      else if (REFUSED[key] !== undefined) throw misplaced(place, `${key}: ${REFUSED[key]}`);
      else if (key === "wait" && typeof value === "string") values.set("wait", { value, place });
      else if (key === "consul" && typeof value === "string") values.set("consul.address", { value, place });
      else if (isBlock(value) || (Array.isArray(value) && value.length > 0 && value.every(isBlock))) blocksOf(value, place).forEach((block) => take(block, `${key}.`, at));
      else if (OPTIONS.some((option) => option.key === key)) values.set(key, { value, place });
      else throw misplaced(place, `"${key}" is not known`, didYouMean(key, KNOWN));
    }
  }
}

const KNOWN = [...OPTIONS.flatMap(({ key }) => key ?? []), ...Object.keys(UNUSED_BLOCKS), "template", "exec", "consul", "wait"];

/** An error that shows where. */
export function misplaced({ path, text, line }: Place, message: string, hint?: string): AppError {
  // What a command line says has no lines to show.
  return new AppError("CONFIG_INVALID", message, { hint, ...(text === "" ? {} : { at: { file: path, line, source: lineToShow(text, line) } }) });
}

export function shown({ path, line }: Place): string {
  return `${path}:${line}`;
}

export function isBlock(value: HclValue): value is HclBlock {
  return typeof value === "object" && !Array.isArray(value);
}

function blocksOf(value: HclValue, place: Place): readonly HclBlock[] {
  const blocks = (Array.isArray(value) ? value : [value]) as readonly HclValue[];
  if (!blocks.every(isBlock)) throw misplaced(place, "this is not a block", 'Write template { source = "..." }');
  return blocks;
}

async function textsAt(path: string, files: Pick<Files, "read" | "stat" | "list">): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const refuse = (why: string, cause?: unknown) => new AppError("CONFIG_INVALID", `Cannot read "${path}": ${why}`, { cause });
  const stat = await files.stat(path).catch((error: unknown) => Promise.reject(refuse(reason(error), error)));
  if (stat === undefined) throw refuse("there is no such file");
  if (stat.type === "directory") {
    const names = (await files.list(path)).filter((name) => !name.startsWith("."));
    return (await Promise.all(names.map((name) => textsAt(join(path, name), files)))).flat();
  }
  const bytes = await files.read(path).catch((error: unknown) => Promise.reject(refuse(reason(error), error)));
  return [{ path, text: new TextDecoder().decode(bytes) }];
}

/** What begins with a brace is JSON. */
function parsed(path: string, text: string): HclBlock {
  try {
    return text.trimStart().startsWith("{") ? (fromJson(JSON.parse(text)) as HclBlock) : parseHcl(text);
  } catch (thrown) {
    const line = thrown instanceof HclFault ? thrown.line : undefined;
    throw new AppError("CONFIG_INVALID", `Cannot read "${path}": ${reason(thrown)}`, { at: { file: path, ...(line === undefined ? {} : { line, source: lineToShow(text, line) }) } });
  }
}

function fromJson(value: unknown): HclValue {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value === "object" && value !== null) return { entries: Object.entries(value).flatMap(([name, item]) => (item === null ? [] : [{ name, value: fromJson(item), line: 1 }])) };
  return value as HclValue;
}
