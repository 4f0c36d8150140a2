import type { CallTranslation } from "./calls.ts";
import { isJson, NoCounterpart, type Type, type Value } from "./values.ts";

type Kind = "text" | "text?" | "int" | "texts";

/** A function of the same meaning; `order` says which of the given arguments stand where. */
export function same(name: string, kinds: readonly Kind[], type: Type, order?: readonly number[]): CallTranslation {
  return (args) => {
    const needed = kinds.filter((kind) => !kind.endsWith("?")).length;
    if (args.length < needed || args.length > kinds.length) throw new NoCounterpart(`${name} of ${args.length} arguments`);
    const codes = args.map((arg, index) => ({ text, "text?": text, int, texts })[kinds[index] as Kind](arg).code);
    return { code: `${name}(${(order === undefined ? codes : order.map((index) => codes[index])).join(", ")})`, type };
  };
}

/** Stands for an argument that has to be there. */
export function none(): never {
  throw new NoCounterpart("a call without the arguments that it needs");
}

/** What was parsed from JSON may be a text; anything else is an error of Go's where a text is needed. */
export function text(value: Value): Value {
  if (value.type.kind !== "text" && value.type.kind !== "json") throw new NoCounterpart("something that is no text where a text is needed");
  return value;
}

/** A text that is written out. */
export function literal(value: Value, what: string): string {
  if (value.literal === undefined) throw new NoCounterpart(`${what} that is not written out`);
  return value.literal;
}

export function int(value: Value): Value {
  if (value.type.kind !== "int") throw new NoCounterpart("something that is no whole number where one is needed");
  return value;
}

export function texts(value: Value): Value {
  if (value.type.kind !== "list" || value.type.of.kind !== "text") throw new NoCounterpart("something that is no list of texts where one is needed");
  return value;
}

/** A text that is no member of JSON, which may be a number. */
export function plainText(value: Value): Value {
  if (isJson(value.type)) throw new NoCounterpart("a member of JSON where a text is needed");
  return text(value);
}
