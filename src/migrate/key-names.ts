import { NoCounterpart, type Value } from "./values.ts";

/** Whether a name finds the same key in both languages: confd takes it as it is written, nunjucks puts it in order first. */
export function keyCode(value: Value): string {
  const { literal, head, code } = value;
  if (literal !== undefined ? !/^([A-Za-z][\w-]*:)?(\/[^/]+)+$/.test(literal) : head === undefined || !/^([A-Za-z][\w-]*:)?\//.test(head)) {
    throw new NoCounterpart(literal === undefined ? "the name of a key that may not begin with a slash" : "a name that confd finds no key for");
  }
  return code;
}

/** The same for what lists keys, which for Go templates shows nothing above the unit's keys but these. */
export function listingCode(value: Value, keys: readonly string[], kind: "glob" | "path"): string {
  keyCode(value);
  const known = value.literal ?? value.head ?? "";
  if (kind === "glob" && /[[\]\\]/.test(known)) throw new NoCounterpart("a pattern with a class of characters");
  const wildcard = kind === "glob" ? known.search(/[*?]/) : -1;
  const before = wildcard < 0 ? known : known.slice(0, wildcard);
  const folder = value.literal !== undefined && wildcard < 0 ? before : before.slice(0, before.lastIndexOf("/") + 1);
  if (keys.some((key) => isBelow(key, folder)) && !keys.some((key) => isBelow(`${folder}/x`, key))) throw new NoCounterpart("a list of what is above the unit's keys, of which confd shows these alone");
  return value.code;
}

function isBelow(key: string, folder: string): boolean {
  const [inside, outside] = [key, folder].map((path) => `/${path}/`.replace(/\/+/g, "/")) as [string, string];
  return inside !== outside && inside.startsWith(outside);
}
