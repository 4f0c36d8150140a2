import { CONFD } from "../confd/index.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";

/** Functions of sprig that confd has too, and that give the same; the names are sprig's, what stands behind them confd's. */
const SAME: Readonly<Record<string, string>> = {
  b64enc: "base64Encode", b64dec: "base64Decode", sha256sum: "sha256sum", upper: "toUpper", lower: "toLower", repeat: "repeat", nospace: "nospace",
  indent: "indent", nindent: "nindent", quote: "quote", squote: "squote", list: "list", dict: "dict", default: "default", ternary: "ternary", coalesce: "coalesce", empty: "empty",
};

export const SPRIG_FUNCTIONS: readonly GoFunctionDefinition[] = Object.entries(SAME).flatMap(([name, own]) => {
  const found = CONFD.functions.find((each) => each.name === own);
  const renamed = (text: string) => text.replaceAll(new RegExp(`\\b${own}\\b`, "g"), `sprig_${name}`);
  return found === undefined ? [] : [{ ...found, name: `sprig_${name}`, signature: renamed(found.signature), example: renamed(found.example).replaceAll("getv", "key"), original: "the same" }];
});
