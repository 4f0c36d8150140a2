import type { GoFunctionDefinition } from "../engine/definition.ts";
import { isTrue, kindOf } from "../values.ts";

const ORIGINAL = "the same; in abtreece's line";

export const DEFAULT_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "default",
    signature: "default(default interface {}, value interface {}) interface {}",
    doc: "The value, or the default where the value is empty.",
    example: '{{getenv "PORT" | default "80"}}',
    original: ORIGINAL,
    call: (_, otherwise: unknown, value: unknown) => (isEmpty(value) ? otherwise : value),
  },
  {
    name: "empty",
    signature: "empty(value interface {}) bool",
    doc: "Whether a value is nothing, false, 0, or a text, list or map with nothing in it.",
    example: '{{if empty (getv "/motd" "")}}none{{end}}',
    original: ORIGINAL,
    call: (_, value: unknown) => isEmpty(value),
  },
  {
    name: "coalesce",
    signature: "coalesce(values ...interface {}) interface {}",
    doc: "The first value that is not empty, or nothing.",
    example: '{{coalesce (getv "/name" "") (getenv "NAME") "app"}}',
    original: ORIGINAL,
    call: (_, ...values: unknown[]) => values.find((value) => !isEmpty(value)) ?? null,
  },
  {
    name: "ternary",
    signature: "ternary(yes interface {}, no interface {}, condition bool) interface {}",
    doc: "The first value if the condition is true, else the second one.",
    example: '{{exists "/tls" | ternary "https" "http"}}',
    original: ORIGINAL,
    call: (_, yes: unknown, no: unknown, condition: boolean) => (condition ? yes : no),
  },
];

function isEmpty(value: unknown): boolean {
  return kindOf(value) === "func" ? false : !isTrue(value);
}
