import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { quote } from "../../quote.ts";
import { regexFind, regexFindAll, regexMatch, regexReplaceAll, regexSplit } from "../../re2.ts";
import { withType } from "../../values.ts";
import { fn } from "../definition.ts";
import { both } from "./both.ts";
import { attempt } from "./cast.ts";

const RE2 = { needs: "re2" } as const;

export const SPRIG_REGEX_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("sprig_regexMatch(pattern string, text string) bool", "Whether the regular expression matches somewhere in the text; not where it is none.", '{{if sprig_regexMatch "^v[0-9]" "v1"}}released{{end}}', (_, pattern: string, text: string) => attempt(() => regexMatch(pattern, text), false), RE2),
  fn("sprig_mustRegexMatch(pattern string, text string) bool", "Whether the regular expression matches somewhere in the text.", '{{if sprig_mustRegexMatch "^v[0-9]" "v1"}}released{{end}}', (_, pattern: string, text: string) => regexMatch(pattern, text), RE2),
  ...compiling("regexFind", "pattern string, text string) string", "The first match in the text, or nothing.", '{{sprig_regexFind "[0-9]+" "web-12"}}', (_, pattern: string, text: string) => regexFind(pattern, text)),
  ...compiling("regexFindAll", "pattern string, text string, most int) []string", "The matches in the text, so many at most; -1 is all of them.", '{{sprig_regexFindAll "[0-9]+" "1 and 2" -1}}', ({ isOver }, pattern: string, text: string, most: bigint) => withType(regexFindAll(pattern, text, Number(most), isOver), "[]string")),
  ...compiling("regexReplaceAll", "pattern string, text string, replacement string) string", "The text with each match replaced; `$1` and `${name}` in the replacement are what a group matched.", '{{sprig_regexReplaceAll "([a-z]+)-" "web-12" "$1."}}', ({ isOver }, pattern: string, text: string, replacement: string) => regexReplaceAll(pattern, text, replacement, isOver)),
  ...compiling("regexReplaceAllLiteral", "pattern string, text string, replacement string) string", "The text with each match replaced; `$` in the replacement is itself.", '{{sprig_regexReplaceAllLiteral "-" "web-12" "$"}}', ({ isOver }, pattern: string, text: string, replacement: string) => regexReplaceAll(pattern, text, replacement.replaceAll("$", "$$$$"), isOver)),
  ...compiling("regexSplit", "pattern string, text string, most int) []string", "The parts between matches, so many at most; -1 is all of them.", '{{sprig_regexSplit ", *" "a, b" -1}}', ({ isOver }, pattern: string, text: string, most: bigint) => withType(regexSplit(pattern, text, Number(most), isOver), "[]string")),
  fn("sprig_regexQuoteMeta(text string) string", "A regular expression that matches the text alone.", '{{sprig_regexQuoteMeta "1.2"}}', (_, text: string) => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&")),
];

/** Without "must" sprig tells of a pattern that is none with the pattern itself. */
function compiling(name: string, signature: string, doc: string, example: string, call: GoFunctionDefinition["call"]): readonly GoFunctionDefinition[] {
  const [plain, must] = both(name, signature, doc, example, call, RE2) as [GoFunctionDefinition, GoFunctionDefinition];
  const loud: GoFunctionDefinition["call"] = (scope, ...args: never[]) => {
    try {
      return call(scope, ...args);
    } catch (thrown) {
      const { message } = thrown as Error;
      if (!message.startsWith("error parsing regexp")) throw thrown;
      const pattern = String(args[0]);
      throw new Error(`regexp: Compile(${/^[^\x00-\x08\x0a-\x1f`\x7f\ufeff]*$/.test(pattern) ? `\`${pattern}\`` : quote(pattern)}): ${message}`);
    }
  };
  return [{ ...plain, call: loud }, must];
}
