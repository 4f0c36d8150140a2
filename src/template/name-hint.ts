import { nearest } from "../core/suggest.ts";

/** What confd's and consul-template's templates, Helm's, Jinja's and shells call what Remora has by another name; in small letters, without underscores. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  key: "getv",
  keyordefault: "getv",
  keyexists: "exists",
  env: "getenv",
  environ: "getenv",
  envordefault: "getenv",
  parsejson: "fromJson",
  jsondecode: "fromJson",
  jsonencode: "toJson",
  tojsonpretty: "toPrettyJson",
  toyaml: "toJson",
  b64enc: "base64Encode",
  b64encode: "base64Encode",
  b64dec: "base64Decode",
  b64decode: "base64Decode",
  sha256sum: "sha256",
  sha256hex: "sha256",
  now: "datetime",
  timestamp: "datetime",
  regexreplace: "regexReplaceAll",
  parseint: "atoi",
  minus: "sub",
  multiply: "mul",
  divide: "div",
  modulo: "mod",
  shellquote: "quoteShell",
};

/** What to do about a name that nothing has: the one that was meant, or where they all are. */
export function nameHint(name: string, known: readonly string[]): string {
  const elsewhere = ELSEWHERE[name.toLowerCase().replaceAll("_", "")];
  const meant = elsewhere !== undefined && known.includes(elsewhere) ? elsewhere : nearest(name, known);
  return meant === undefined ? "docs/functions.md has all that there are" : `Did you mean "${meant}"?`;
}
