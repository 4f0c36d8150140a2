import type { GoFunctionDefinition } from "../engine/definition.ts";
import { parseJson, printJson } from "../json.ts";
import { quote } from "../quote.ts";
import { printToml } from "../toml.ts";
import { GoInteger } from "../values.ts";
import { printYaml } from "../yaml-print.ts";
import { parseYaml } from "../yaml.ts";
import { fn, wrapping } from "./definition.ts";
import { trimSpace } from "./text.ts";

const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const UINT64 = [0n, 2n ** 64n - 1n] as const;

export const PARSE_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("parseBool(text string) bool", "True for 1, t, T, true, True, TRUE; false for 0, f, F, false, False, FALSE and the empty text.", '{{if parseBool "true"}}on{{end}}', (_, text: string) => wrapping("parseBool", () => readBool(text))),
  fn("parseFloat(text string) float64", "The number that a text is; 0 for the empty one.", '{{"1.5" | parseFloat}}', (_, text: string) => wrapping("parseFloat", () => readFloat(text))),
  fn("parseInt(text string) int64", "The whole number that a text is; 0 for the empty one.", '{{"12" | parseInt | add 1}}', (_, text: string) => wrapping("parseInt", () => parseInt64(text))),
  fn("parseUint(text string) uint64", "The whole number without a sign that a text is; 0 for the empty one.", '{{"12" | parseUint}}', (_, text: string) => wrapping("parseUint", () => new GoInteger("uint64", readWhole("ParseUint", text, /^\d+$/, UINT64)))),
  fn("parseJSON(text string) interface {}", "Whatever a JSON text holds; an empty map of the empty text. Numbers are float64.", '{{with key "db" | parseJSON}}{{.host}}{{end}}', (_, text: string) => (text === "" ? {} : parseJson(text))),
  fn("parseYAML(text string) interface {}", "Whatever a YAML text holds, in YAML 1.1; an empty map of the empty text.", '{{with key "db" | parseYAML}}{{.host}}{{end}}', (_, text: string) => (text === "" ? {} : parseYaml(text)), { needs: "yaml" }),
  fn("toJSON(value interface {}) string", "The value as JSON in one line, members sorted by name. `<`, `>` and `&` are written as escapes.", '{{tree "app" | explode | toJSON}}', (_, value: unknown) => wrapping("toJSON", () => printJson(value))),
  fn("toJSONPretty(value interface {}) string", "As `toJSON`, indented by two spaces.", '{{tree "app" | explode | toJSONPretty}}', (_, value: unknown) => wrapping("toJSONPretty", () => printJson(value, "  "))),
  fn("toUnescapedJSON(value interface {}) string", "As `toJSON`, with `<`, `>` and `&` as they are.", '{{tree "app" | explode | toUnescapedJSON}}', (_, value: unknown) => wrapping("toUnescapedJSON", () => unescaped(printJson(value)))),
  fn("toUnescapedJSONPretty(value interface {}) string", "As `toUnescapedJSON`, indented by two spaces.", '{{tree "app" | explode | toUnescapedJSONPretty}}', (_, value: unknown) => wrapping("toUnescapedJSONPretty", () => unescaped(printJson(value, "  ")))),
  fn("toYAML(value interface {}) string", "The value as YAML, members sorted by name.", '{{tree "app" | explode | toYAML}}', (_, value: unknown) => wrapping("toYAML", () => trimSpace(printYaml(value)))),
  fn("toTOML(value interface {}) string", "A map as TOML, names sorted, values before tables.", '{{tree "app" | explode | toTOML}}', (_, value: unknown) => wrapping("toTOML", () => printToml(value))),
];

/** Go's strconv.ParseInt; 0 for the empty text. */
export function parseInt64(text: string): GoInteger {
  return new GoInteger("int64", readWhole("ParseInt", text, /^[-+]?\d+$/, INT64));
}

function readWhole(name: string, text: string, form: RegExp, [least, most]: readonly [bigint, bigint]): bigint {
  if (text === "") return 0n;
  if (!form.test(text)) throw new Error(`strconv.${name}: parsing ${quote(text)}: invalid syntax`);
  const value = BigInt(text.replace(/^\+/, ""));
  if (value < least || value > most) throw new Error(`strconv.${name}: parsing ${quote(text)}: value out of range`);
  return value;
}

function readBool(text: string): boolean {
  if (/^(1|t|T|true|True|TRUE)$/.test(text)) return true;
  if (/^(0|f|F|false|False|FALSE|)$/.test(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

/** Go's strconv.ParseFloat; 0 for the empty text. */
export function readFloat(text: string): number {
  if (text === "") return 0;
  if (/^[-+]?(inf|infinity)$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) throw new Error(`strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`strconv.ParseFloat: parsing ${quote(text)}: value out of range`);
  return value;
}

const PLAIN: Readonly<Record<string, string>> = { u003c: "<", u003e: ">", u0026: "&" };

/** JSON with `<`, `>` and `&` as they are. Escapes are read in pairs, so that a backslash before "u003c" stays one. */
export function unescaped(json: string): string {
  return json.replace(/\\(u003c|u003e|u0026|.)/gs, (escape, name: string) => PLAIN[name] ?? escape);
}
