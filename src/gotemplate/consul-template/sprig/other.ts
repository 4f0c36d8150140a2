import { basePath, cleanPath } from "../../confd/paths.ts";
import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { parseJson, printJson } from "../../json.ts";
import { isTrue, typeOf } from "../../values.ts";
import { fn } from "../definition.ts";
import { unescaped } from "../parse.ts";
import { both } from "./both.ts";
import { attempt, deepEqual, kindName } from "./cast.ts";

const ANYTHING = "value interface {}";
const TARGET = `target string, ${ANYTHING}) bool`;

export const SPRIG_DEFAULT_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("sprig_default(default interface {}, values ...interface {}) interface {}", "The value, or the default where the value is empty or there is none.", '{{env "PORT" | sprig_default "80"}}', (_, otherwise: unknown, ...values: unknown[]) => (isTrue(values[0]) ? values[0] : otherwise)),
  fn(`sprig_empty(${ANYTHING}) bool`, "Whether a value is nothing, false, 0, or a text, list or map with nothing in it.", '{{if sprig_empty (keyOrDefault "motd" "")}}none{{end}}', (_, value: unknown) => !isTrue(value)),
  fn("sprig_coalesce(values ...interface {}) interface {}", "The first value that is not empty, or nothing.", '{{sprig_coalesce (env "NAME") "app"}}', (_, ...values: unknown[]) => values.find((value) => isTrue(value)) ?? null),
  fn("sprig_ternary(yes interface {}, no interface {}, condition bool) interface {}", "The first value if the condition is true, else the second one.", '{{keyExists "tls" | sprig_ternary "https" "http"}}', (_, yes: unknown, no: unknown, condition: boolean) => (condition ? yes : no)),
  fn("sprig_fail(message string) string", "Ends the template with an error.", '{{if not (env "NAME")}}{{sprig_fail "NAME is not set"}}{{end}}', (_, message: string) => {
    throw new Error(message);
  }),
];

export const SPRIG_FORMAT_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("sprig_fromJson(text string) interface {}", "Whatever a JSON text holds; nothing where it is none.", '{{(sprig_fromJson (key "db")).host}}', (_, text: string) => attempt(() => parseJson(text), null)),
  fn("sprig_mustFromJson(text string) interface {}", "Whatever a JSON text holds.", '{{(sprig_mustFromJson (key "db")).host}}', (_, text: string) => parseJson(text)),
  ...both("toJson", `${ANYTHING}) string`, "The value as JSON in one line, members sorted by name. `<`, `>` and `&` are written as escapes.", '{{sprig_toJson (sprig_list 1 2)}}', (_, value: unknown) => printJson(value)),
  ...both("toPrettyJson", `${ANYTHING}) string`, "As `sprig_toJson`, indented by two spaces.", '{{sprig_toPrettyJson (sprig_list 1 2)}}', (_, value: unknown) => printJson(value, "  ")),
  ...both("toRawJson", `${ANYTHING}) string`, "As `sprig_toJson`, with `<`, `>` and `&` as they are.", '{{sprig_toRawJson (sprig_list "<")}}', (_, value: unknown) => unescaped(printJson(value))),
  fn(`sprig_typeOf(${ANYTHING}) string`, "The name of the value's type in Go.", "{{sprig_typeOf 1}}", (_, value: unknown) => typeOf(value)),
  fn(`sprig_typeIs(${TARGET}`, "Whether the value is of this type.", '{{if sprig_typeIs "string" .}}text{{end}}', (_, target: string, value: unknown) => typeOf(value) === target),
  fn(`sprig_typeIsLike(${TARGET}`, "Whether the value is of this type, or points to one.", '{{if sprig_typeIsLike "string" .}}text{{end}}', (_, target: string, value: unknown) => [target, `*${target}`].includes(typeOf(value))),
  fn(`sprig_kindOf(${ANYTHING}) string`, "What the value is in Go: string, int, slice, map and so on.", "{{sprig_kindOf 1}}", (_, value: unknown) => kindName(value)),
  fn(`sprig_kindIs(${TARGET}`, "Whether the value is of this kind.", '{{if sprig_kindIs "slice" .}}list{{end}}', (_, target: string, value: unknown) => kindName(value) === target),
  fn("sprig_deepEqual(one interface {}, other interface {}) bool", "Whether two values are the same, with all that is in them.", "{{if sprig_deepEqual $a $b}}same{{end}}", (_, one: unknown, other: unknown) => deepEqual(one, other)),
];

export const SPRIG_PATH_FUNCTIONS: readonly GoFunctionDefinition[] = [
  ...path("base", "The last part of a path; `.` of an empty one.", basePath),
  ...path("dir", "All of a path but its last part.", (text) => cleanPath(text.slice(0, text.lastIndexOf("/") + 1))),
  ...path("clean", "The shortest path that leads to the same place.", cleanPath),
  ...path("ext", "What of the last part begins with its last dot.", (text) => /\.[^./]*$/.exec(text)?.[0] ?? ""),
  ...path("isAbs", "Whether a path begins with a slash.", (text) => text.startsWith("/")),
];

/** Paths are the same here, whichever of the two names they are asked by. */
function path(name: string, doc: string, call: (text: string) => unknown): readonly GoFunctionDefinition[] {
  const type = name === "isAbs" ? "bool" : "string";
  return [`sprig_${name}`, `sprig_os${name.charAt(0).toUpperCase()}${name.slice(1)}`].map((full) => fn(`${full}(path string) ${type}`, doc, `{{${full} "/etc/app.conf"}}`, (_, text: string) => call(text)));
}
