import { posix } from "node:path";
import type { Entry } from "../core/entry.ts";
import { AppError, reason } from "../core/error.ts";
import type { Sealed } from "../core/opener.ts";
import type { Item, RenderContext, Rendering } from "../core/template.ts";
import { createTemplateEngine } from "./environment.ts";
import { Interruption, TemplateFault } from "./fault.ts";
import { globMatcher, globPrefix } from "./functions/glob.ts";
import { parseJson } from "./functions/json-text.ts";
import { withoutBackend } from "./functions/keys.ts";
import { reading, type RenderOptions } from "./render.ts";
import { withValues } from "./values.ts";

/** What for_each says, compiled once. */
export interface CompiledItems {
  /** Keys and prefixes that it names literally. */
  readonly literals: readonly string[];
  /** Yields each item once what is sealed in it has been opened. */
  list(context: RenderContext): Iterable<Item>;
  /** Whether what was opened stands in every item. */
  readonly shared: boolean;
}

/** An item, with the sealed values that were opened for it. */
export interface ListedItem {
  readonly item: Item;
  readonly opened: readonly Sealed[];
}

/** Compiles for_each: a glob of keys, "/vhosts/*", or an expression of templates that gives a list, "services()". Throws TEMPLATE_INVALID. */
export function compileItems(forEach: string): CompiledItems {
  return /^(?:[A-Za-z][\w-]*(?:@[\w.-]+)?:)?\//.test(forEach) ? itemsOfGlob(forEach) : itemsOfExpression(forEach);
}

/** Lists the items from what the mirrors hold, and tells what was read for it; never throws. */
export function renderItems(items: CompiledItems, options: RenderOptions): { readonly items: readonly ListedItem[]; readonly rendering: Rendering } {
  const { made = [], rendering } = reading(options, (context) => {
    const { opened } = context.reader;
    const listed: ListedItem[] = [];
    let before = 0;
    for (const item of items.list(context)) {
      listed.push({ item, opened: items.shared ? opened : opened.slice(before) });
      before = opened.length;
    }
    // What a backend calls a secret is noted for all that was read at once, so before the first item.
    const note = opened.find(({ form }) => form === "plain");
    return note === undefined ? listed : listed.map((each) => (each.opened.length > 0 ? each : { ...each, opened: [note] }));
  });
  return { items: made, rendering };
}

/** An item for each key and each directory that matches. */
function itemsOfGlob(glob: string): CompiledItems {
  const pattern = withoutBackend(glob);
  const matches = attempt(glob, "TEMPLATE_INVALID", () => globMatcher(pattern));
  const backend = /^[A-Za-z][\w-]*(?:@[\w.-]+)?:(?=\/)/.exec(glob)?.[0] ?? "";
  const segments = pattern.split("/");
  const named = segments.findLastIndex((segment) => /[*?[\\]/.test(segment));
  return {
    literals: [globPrefix(glob)],
    shared: false,
    *list({ reader }) {
      for (const [path, entry] of placesOf(reader.entries(globPrefix(glob)), segments.length, matches)) {
        const value = entry === undefined ? {} : { value: attempt(glob, "TEMPLATE_FAILED", () => reader.value(entry, glob)) };
        yield plain({ name: path.split("/")[named] ?? "", key: backend + path, ...value });
      }
    },
  };
}

/** The matching paths, sorted, with the entry of those that are keys. */
function placesOf(entries: readonly Entry[], depth: number, matches: (path: string) => boolean): ReadonlyMap<string, Entry | undefined> {
  const places = new Map<string, Entry | undefined>();
  for (const entry of entries) {
    const parts = entry.key.split("/");
    const path = parts.slice(0, depth).join("/");
    if (parts.length < depth || !matches(path)) continue;
    if (parts.length === depth) places.set(path, entry);
    else if (!places.has(path)) places.set(path, undefined);
  }
  return places;
}

/** An item for each thing in the list that an expression gives. */
function itemsOfExpression(expression: string): CompiledItems {
  const readFile = (path: string) => (path === "/for_each" ? `{{ toJson(${expression}) }}` : undefined);
  const compiled = explained(expression, () => createTemplateEngine({ directory: "/", readFile }).compile("for_each"));
  return {
    literals: compiled.literals,
    shared: true,
    *list(context) {
      const list = parseJson(explained(expression, () => compiled.render(context)));
      if (!Array.isArray(list)) throw failed(expression, "TEMPLATE_FAILED", "it gives no list");
      for (const item of list) yield itemOf(item, expression);
    },
  };
}

/** A text is a name; what has a key and no name is named after it. */
function itemOf(listed: unknown, expression: string): Item {
  if (typeof listed === "string" || typeof listed === "number") return plain({ name: String(listed) });
  if (typeof listed !== "object" || listed === null || Array.isArray(listed)) throw failed(expression, "TEMPLATE_FAILED", "what it lists are neither texts nor objects");
  const { key } = listed as Item;
  return plain(typeof key === "string" ? { name: posix.basename(key), ...listed } : listed);
}

function plain(item: object): Item {
  return Object.freeze(Object.assign(Object.create(null) as object, item)) as Item;
}

/** Turns a fault into the error that users see. */
function attempt<T>(forEach: string, code: "TEMPLATE_INVALID" | "TEMPLATE_FAILED", step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    if (!(thrown instanceof TemplateFault)) throw thrown;
    throw failed(forEach, thrown.cause?.code ?? code, withValues(thrown.message, { withhold: true }), thrown.hint);
  }
}

/** Names the setting in an error of the file that the expression was compiled as. */
function explained<T>(expression: string, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    if (thrown instanceof Interruption || !(thrown instanceof AppError)) throw thrown;
    throw failed(expression, thrown.code, reason(thrown).replace(/^Cannot \w+ "for_each": /, ""), thrown.hint);
  }
}

function failed(forEach: string, code: AppError["code"], why: string, hint?: string): AppError {
  return new AppError(code, `Cannot list the items of for_each = ${JSON.stringify(forEach)}: ${why}`, { hint });
}
