const TEXT_METHODS = new Set([
  ..."startsWith endsWith includes indexOf lastIndexOf charAt slice substring split concat".split(" "),
  ..."trim trimStart trimEnd toUpperCase toLowerCase replace replaceAll padStart padEnd repeat".split(" "),
]);
const LIST_METHODS = new Set("slice join includes indexOf lastIndexOf concat flat push".split(" "));
const PATTERN_METHODS = new Set(["test"]);

/**
 * What a template reaches behind a dot: own members of plain data, an item or the length of a list or text. Everything else
 * that JavaScript has there (constructors, prototypes) leads out of the template, and is undefined.
 */
export function memberOf(target: unknown, key: unknown): unknown {
  if (typeof target === "object" && target !== null) {
    if (Array.isArray(target)) return key === "length" ? target.length : isIndex(key) ? target[Number(key)] : undefined;
    return isPlain(target) && isKey(key) && Object.prototype.propertyIsEnumerable.call(target, key) ? (target as Record<string, unknown>)[key] : undefined;
  }
  if (typeof target === "string") return key === "length" ? target.length : isIndex(key) ? target[Number(key)] : undefined;
  return undefined;
}

/** The function that a template may call behind a dot, or undefined. */
export function methodOf(target: unknown, key: unknown): ((...args: unknown[]) => unknown) | undefined {
  const method: unknown = typeof key === "string" && methodNames(target).has(key) ? (target as Record<string, unknown>)[key] : memberOf(target, key);
  return typeof method === "function" ? (method as (...args: unknown[]) => unknown) : undefined;
}

/** The names that may stand behind a dot, for a suggestion. */
export function memberNames(target: unknown): Iterable<string> {
  if (typeof target === "object" && target !== null && isPlain(target)) return Object.keys(target);
  return [...methodNames(target), ...(typeof target === "string" || Array.isArray(target) ? ["length"] : [])];
}

const NONE: ReadonlySet<string> = new Set();

function methodNames(target: unknown): ReadonlySet<string> {
  if (typeof target === "string") return TEXT_METHODS;
  if (Array.isArray(target)) return LIST_METHODS;
  return target instanceof RegExp ? PATTERN_METHODS : NONE;
}

export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function isKey(key: unknown): key is string | number {
  return typeof key === "string" || typeof key === "number";
}

function isIndex(key: unknown): boolean {
  return typeof key === "number" || (typeof key === "string" && /^\d+$/.test(key));
}
