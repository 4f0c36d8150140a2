import type { GoFunctionDefinition } from "../engine/definition.ts";
import { parseJson, printJson } from "../json.ts";

export const JSON_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "json",
    signature: "json(text string) map[string]interface {}",
    doc: "The object that a JSON text holds. Numbers are float64: 1234567 prints 1.234567e+06, `printf \"%.0f\"` prints its digits. A member that is not there prints `<no value>`.",
    example: '{{$db := json (getv "/db")}}{{$db.host}}:{{printf "%.0f" $db.port}}',
    original: "the same",
    call: (_, text: string) => parsed(text, "map[string]interface {}"),
  },
  {
    name: "jsonArray",
    signature: "jsonArray(text string) []interface {}",
    doc: "The list that a JSON text holds.",
    example: '{{range jsonArray (getv "/hosts")}}{{.}} {{end}}',
    original: "the same",
    call: (_, text: string) => parsed(text, "[]interface {}"),
  },
  {
    name: "fromJson",
    signature: "fromJson(text string) interface {}",
    doc: "Whatever a JSON text holds.",
    example: '{{(fromJson (getv "/limits")).requests}}',
    original: "the same; in abtreece's line",
    call: (_, text: string) => parseJson(text),
  },
  {
    name: "toJson",
    signature: "toJson(value interface {}) string",
    doc: "The value as JSON in one line, members sorted by name. `<`, `>` and `&` are written as escapes.",
    example: '{{toJson (ls "/sites")}}',
    original: "the same; in abtreece's line",
    call: (_, value: unknown) => printJson(value),
  },
  {
    name: "toPrettyJson",
    signature: "toPrettyJson(value interface {}) string",
    doc: "The value as JSON, indented by two spaces, members sorted by name. `<`, `>` and `&` are written as escapes.",
    example: '{{toPrettyJson (dict "hosts" (getvs "/hosts/*"))}}',
    original: "the same; in abtreece's line",
    call: (_, value: unknown) => printJson(value, "  "),
  },
];

function parsed(text: string, type: "map[string]interface {}" | "[]interface {}"): unknown {
  const value = parseJson(text);
  const isList = type.startsWith("[]");
  if (value === null) return isList ? [] : {};
  if (typeof value === "object" && Array.isArray(value) === isList) return value;
  const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  throw new Error(`json: cannot unmarshal ${found} into Go value of type ${type}`);
}
