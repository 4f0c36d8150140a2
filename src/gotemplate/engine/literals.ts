import { AppError } from "../../core/error.ts";
import { placeIn } from "../errors.ts";
import { globPrefix } from "../path-match.ts";
import type { Dialect, GoFunctionDefinition } from "./definition.ts";
import type { GoFile } from "./files.ts";
import { narrowed, splitName } from "./narrow.ts";

/** The keys and prefixes that sources name literally, sorted; of a glob the part before its first wildcard, of what is above the unit's keys these alone. */
export function literalsOf(files: readonly GoFile[], dialect: Dialect, keys: readonly string[]): string[] {
  const definitions = byName(dialect);
  const found = new Set<string>();
  for (const { name, texts: [written] } of files.flatMap(({ calls }) => calls)) {
    const reads = definitions.get(name)?.reads;
    const key = dialect.relativeKeys === true && written !== undefined && /^[\w.-][^:@?]*$/.test(written) ? `/${written}` : written;
    if (reads === undefined || key === undefined || (dialect.relativeKeys === true && /[@?]/.test(splitName(key).path)) || !/^(?:[A-Za-z][\w-]*(?:@[\w.-]+)?:)?\//.test(key) || (reads === "directory" && splitName(key).path === "/")) continue;
    for (const wanted of reads === "key" ? [key] : narrowed(splitName(reads === "glob" ? globPrefix(key) : key), keys)) found.add(wanted);
  }
  return [...found].sort();
}

/** What is odd about calls, as far as the sources show it. */
export function odditiesOf(files: readonly GoFile[], dialect: Dialect): AppError[] {
  const definitions = byName(dialect);
  return files.flatMap(({ path, calls }) =>
    calls.flatMap(({ name, texts, from, tree, at }) => {
      const odd = definitions.get(name)?.odd?.({ texts, from });
      return odd === undefined ? [] : [new AppError("TEMPLATE_FAILED", odd, { at: { ...placeIn(tree, at), file: path } })];
    }),
  );
}

function byName({ functions }: Dialect): ReadonlyMap<string, GoFunctionDefinition> {
  return new Map(functions.map((definition) => [definition.name, definition]));
}
