import type { GoFunctionDefinition } from "../engine/definition.ts";
import { regexFind, regexMatch, regexReplaceAll } from "../re2.ts";

const ORIGINAL = "the same, with the regular expressions of RE2; in abtreece's line";

export const REGEX_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "regexMatch",
    signature: "regexMatch(pattern string, text string) bool",
    doc: "Whether the regular expression matches somewhere in the text.",
    example: '{{if regexMatch "^v[0-9]+" (getv "/version")}}released{{end}}',
    original: ORIGINAL,
    needs: "re2",
    call: (_, pattern: string, text: string) => regexMatch(pattern, text),
  },
  {
    name: "regexFind",
    signature: "regexFind(pattern string, text string) string",
    doc: "The first match in the text, or nothing.",
    example: '{{regexFind "[0-9]+" (getv "/version")}}',
    original: ORIGINAL,
    needs: "re2",
    call: (_, pattern: string, text: string) => regexFind(pattern, text),
  },
  {
    name: "regexReplaceAll",
    signature: "regexReplaceAll(pattern string, text string, replacement string) string",
    doc: "The text with each match replaced; `$1` and `${name}` in the replacement are what a group matched.",
    example: '{{regexReplaceAll "([a-z]+)-([0-9]+)" (getv "/node") "$2.$1"}}',
    original: ORIGINAL,
    needs: "re2",
    call: ({ isOver }, pattern: string, text: string, replacement: string) => regexReplaceAll(pattern, text, replacement, isOver),
  },
];
