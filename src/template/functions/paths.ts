import { posix } from "node:path";
import { text, type TemplateFunction } from "./definition.ts";

export const PATH_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "base",
    signature: "base(path)",
    doc: "The last name of a path.",
    example: '{{ base("/services/web/1") }} {# 1 #}',
    confd: "the same",
    filter: true,
    call: (_, path) => text(path) === "" ? "." : posix.basename(text(path)) || "/",
  },
  {
    name: "dir",
    signature: "dir(path)",
    doc: "The path without its last name.",
    example: '{{ dir("/services/web/1") }} {# /services/web #}',
    confd: "the same",
    filter: true,
    call: (_, path) => directory(text(path)),
  },
];

function directory(path: string): string {
  const upTo = posix.normalize(path.slice(0, path.lastIndexOf("/") + 1));
  return upTo.length > 1 ? upTo.replace(/\/$/, "") : upTo;
}
