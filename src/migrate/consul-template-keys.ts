import { concatenated, literalText } from "./go-functions.ts";
import type { CallScope } from "./calls.ts";
import { quoted } from "./nunjucks-text.ts";
import { NoCounterpart, type Value } from "./values.ts";

const NAME_NOTE = "names of keys that are put together are taken as they are: consul-template takes what follows an @ or a ? for something else";
const GLOB = /[*?[\]\\]/;
const GLOB_NOTE = "names of directories that are put together are taken for patterns: one with *, ?, [ or \\ in it lists others";

/** The name of a key, which begins with a slash here. Throws NoCounterpart. */
export function keyCode(value: Value, scope: CallScope): string {
  return named(value, scope).code;
}

/** A pattern of what is right below a directory. Throws NoCounterpart. */
export function belowCode(value: Value, scope: CallScope): string {
  const name = named(value, scope);
  if (GLOB.test(name.literal ?? name.head ?? "")) throw new NoCounterpart("a list of what is below a name that would be a pattern");
  if (name.literal === undefined) scope.note(GLOB_NOTE);
  return concatenated([name.literal === "/" ? literalText("") : name, literalText("/*")]).code;
}

/** The path that a name stands for, without its backend: "/app/host" of "consul:app/host". */
export function pathOf(written: string): string {
  const name = nameOf(written);
  return name.slice(name.indexOf("/"));
}

function named(value: Value, { note }: CallScope): Value {
  if (value.literal !== undefined) return literalText(nameOf(value.literal));
  // With its first part written out it is known that the name is not empty, and of which backend.
  const head = value.head ?? "";
  if (!/^(\/|[\w.-]+\/)[^:@?]*$/.test(head) || value.type.kind !== "text") throw new NoCounterpart("the name of a key whose first part is not written out");
  note(NAME_NOTE);
  if (head.startsWith("/")) return value;
  const code = value.code.startsWith(quoted(head)) ? quoted(`/${head}`) + value.code.slice(quoted(head).length) : `"/" ~ ${value.code}`;
  return { ...value, code, head: `/${head}` };
}

/** "app//host" is "/app/host", "consul:/app" is a key of Consul's whatever the default backend, "app@dc2" one of another datacenter. */
function nameOf(written: string): string {
  const [, backend = "", path = ""] = /^([A-Za-z][\w-]*:(?=\/))?(.*)$/s.exec(written) ?? [];
  const [, key, dc] = /^\/?([^@?]+)(?:@([\w.-]+))?$/.exec(path) ?? [];
  if (key === undefined) throw new NoCounterpart("a name that consul-template finds no key for");
  const name = `/${key.split("/").filter((part) => part !== "").join("/")}`;
  return `${dc === undefined ? backend : `${backend.slice(0, -1) || "consul"}@${dc}:`}${name}`;
}
