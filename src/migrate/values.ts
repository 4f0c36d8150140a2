import type { Node } from "../gotemplate/nodes.ts";
import { quoted } from "./nunjucks-text.ts";
import { WORDS } from "./names.ts";

/** What is known of a value before anything is rendered. */
export type Type =
  | { readonly kind: "text" | "int" | "bool" | "text map" | "json" | "json map" | "json list" | "mixed" }
  | { readonly kind: "list"; readonly of: Type }
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Type>> }
  /** What a function gives; `name` is what a loop calls one. */
  | { readonly kind: "struct"; readonly name: string; readonly members: Readonly<Record<string, Member>> };

/** A member as Go calls it, in nunjucks: "$" stands for what it is a member of. */
export interface Member {
  readonly code: string;
  readonly type: Type;
  readonly compound?: true;
  readonly head?: string;
  readonly from?: string;
  readonly unsorted?: string;
  readonly filled?: true;
  /** What is to be said where it is read. */
  readonly note?: string;
}

/** An expression of nunjucks with the type that it has. */
export interface Value {
  readonly code: string;
  readonly type: Type;
  /** It has to stand in brackets within another expression. */
  readonly compound?: true;
  /** The text, where it is a literal. */
  readonly literal?: string;
  /** How its text begins, as far as that is known. */
  readonly head?: string | undefined;
  /** A text that is never empty, nor of slashes alone. */
  readonly filled?: true;
  /** The condition that it is, where that is not its code. */
  readonly condition?: string;
  /** The function that it comes from. */
  readonly from?: string;
  /** The code of a list where its order means nothing. */
  readonly unsorted?: string;
}

export const TEXT: Type = { kind: "text" };
export const INT: Type = { kind: "int" };
export const BOOL: Type = { kind: "bool" };
export const PAIR: Type = { kind: "struct", name: "pair", members: { Key: { code: "$.key", type: TEXT, head: "/" }, Value: { code: "$.value", type: TEXT } } };
export const JSON_VALUE: Type = { kind: "json" };

export function listOf(of: Type): Type {
  return { kind: "list", of };
}

/** A construct of a Go template that nunjucks has no exact counterpart for. */
export class NoCounterpart extends Error {
  readonly node: Node | undefined;

  constructor(reason: string, node?: Node) {
    super(reason);
    this.node = node;
  }
}

/** The code of a value within another expression. */
export function operand({ code, compound }: Value): string {
  return compound === true ? `(${code})` : code;
}

/** The condition that a value is for Go: whether it is anything but empty. */
export function condition(value: Value): string {
  if (value.condition !== undefined) return value.condition;
  switch (value.type.kind) {
    case "text":
    case "int":
    case "bool": return value.code;
    case "list":
    case "text map": return `${operand(value)} | length`;
    case "struct": return "true";
    case "json":
    case "json map":
    case "json list": return `toJson(${operand(value)} | default(false)) not in ["false", "0", "\\"\\"", "null", "[]", "{}"]`;
    case "record": return String(Object.keys(value.type.fields).length > 0);
    case "mixed": throw new NoCounterpart("a value of one type or another");
  }
}

/** Whether there is nothing to test. */
export function isAlwaysTrue(value: Value): boolean {
  return value.condition === undefined && condition(value) === "true" && value.type.kind !== "bool";
}

/** The member of what a function gave, and what is to be said of it; undefined where there is none of that name. */
export function memberOf(from: Value, name: string): (Value & Pick<Member, "note">) | undefined {
  const member = from.type.kind === "struct" && Object.hasOwn(from.type.members, name) ? from.type.members[name] : undefined;
  if (member === undefined) return undefined;
  const filled = (code: string) => code.replaceAll("$", () => operand(from));
  return { ...member, code: filled(member.code), ...(member.unsorted === undefined ? {} : { unsorted: filled(member.unsorted) }) };
}

/** The code of a member, by a dot where its name can stand behind one. */
export function memberCode(from: Value, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !WORDS.includes(name) ? `${operand(from)}.${name}` : `${operand(from)}[${quoted(name)}]`;
}

/** The text of that name, which is empty where there is none. */
export function textIn(map: Value, name: Value): Value {
  const code = name.literal === undefined ? `${operand(map)}[${name.code}]` : memberCode(map, name.literal);
  return { code: `${code} | default("")`, type: TEXT, compound: true };
}

export function isJson({ kind }: Type): boolean {
  return kind === "json" || kind === "json map" || kind === "json list";
}

export function sameType(one: Type, other: Type): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
