import type { GoFunctionDefinition } from "../engine/definition.ts";

export const INCLUDE_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "include",
    signature: "include(name string, data ...interface {}) string",
    doc: "The text of another file of the templates directory, which sees the given value as its dot. No deeper than ten, and no file within itself.",
    example: '{{include "ssl.tmpl" (dict "name" "shop")}}',
    original: "the same; in abtreece's line",
    call: (scope, name: string, ...data: unknown[]) => scope.include(name, data[0] ?? null),
  },
];
