import { concatenated, literalText } from "./go-functions.ts";
import type { CallScope } from "./calls.ts";
import { quoted } from "./nunjucks-text.ts";
import { NoCounterpart, operand, type Value } from "./values.ts";

const NAME_NOTE = "names of keys that are put together are taken as they are: what follows an @ or a ?, or stands before a colon, is something else for consul-template";
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
  // Of an empty name consul-template gives an empty value.
  const head = value.head ?? "";
  if (value.filled !== true || !/^[^:@?]*$/.test(head)) throw new NoCounterpart("the name of a key that may be empty, or that of another backend");
  note(NAME_NOTE);
  if (head.startsWith("/")) return value;
  const code = head !== "" && value.code.startsWith(quoted(head)) ? quoted(`/${head}`) + value.code.slice(quoted(head).length) : `"/" ~ ${operand(value)}`;
  return { ...value, code, head: `/${head}`, compound: true };
}

/** "app//host" is "/app/host", "consul:/app" is a key of Consul's whatever the default backend, "app@dc2" one of another datacenter. */
function nameOf(written: string): string {
  const [, backend = "", path = ""] = /^([A-Za-z][\w-]*:(?=\/))?(.*)$/s.exec(written) ?? [];
  const [, key, dc] = /^\/?([^@?]+)(?:@([\w.-]+))?$/.exec(path) ?? [];
  if (key === undefined) throw new NoCounterpart("a name that consul-template finds no key for");
  const name = `/${key.split("/").filter((part) => part !== "").join("/")}`;
  return `${dc === undefined ? backend : `${backend.slice(0, -1) || "consul"}@${dc}:`}${name}`;
}
