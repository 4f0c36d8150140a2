import { TemplateFault } from "../fault.ts";
import { shown } from "../values.ts";
import { parseJson, printJson } from "./json-text.ts";
import { text, type TemplateFunction } from "./definition.ts";

export const JSON_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "json",
    signature: "json(text)",
    doc: "The object that a JSON text holds. Whole numbers print as they were written, also those too large for a computation; null prints nothing.",
    example: '{% set db = json(getv("/db")) %}{{ db.host }}:{{ db.port }}',
    confd: "the same; large numbers keep their digits, and a missing member is an error",
    filter: true,
    call: (_, value) => object(parseJson(text(value))),
  },
  {
    name: "jsonArray",
    signature: "jsonArray(text)",
    doc: "The list that a JSON text holds.",
    example: '{% for host in jsonArray(getv("/hosts")) %}{{ host }} {% endfor %}',
    confd: "the same",
    filter: true,
    call: (_, value) => array(parseJson(text(value))),
  },
  {
    name: "fromJson",
    signature: "fromJson(text)",
    doc: "Whatever a JSON text holds: an object, a list, a text, a number, true, false or null.",
    example: '{{ fromJson(getv("/limits")).requests }}',
    confd: "the same",
    filter: true,
    call: (_, value) => parseJson(text(value)),
  },
  {
    name: "toJson",
    signature: "toJson(value)",
    doc: "The value as JSON in one line, members sorted by name.",
    example: '{{ toJson(ls("/sites")) }}',
    confd: "the same, without escapes for <, > and &",
    filter: true,
    call: (_, value) => printJson(value),
  },
  {
    name: "toPrettyJson",
    signature: "toPrettyJson(value)",
    doc: "The value as JSON, indented by two spaces, members sorted by name.",
    example: '{{ toPrettyJson(map("hosts", getvs("/hosts/*"))) }}',
    confd: "the same, without escapes for <, > and &",
    filter: true,
    call: (_, value) => printJson(value, 2),
  },
];

function object(value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new TemplateFault(`the JSON text holds ${shown(value)}, not an object`, { hint: Array.isArray(value) ? "Use jsonArray(...)" : "Use fromJson(...)" });
}

function array(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateFault(`the JSON text holds ${shown(value)}, not a list`, { hint: "Use json(...)" });
}
