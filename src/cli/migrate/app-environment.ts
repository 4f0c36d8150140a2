import type { Given } from "../consul-template/arguments.ts";
import { quoted } from "../../migrate/index.ts";
import type { Configured } from "../consul-template/config-file.ts";

/** What consul-template's exec.env becomes. */
export interface AppEnvironment {
  readonly flags: Readonly<Record<string, string>>;
  /** Of [env.variables]. */
  readonly variables: Readonly<Record<string, string>>;
  /** What has no counterpart. */
  readonly undecided: readonly string[];
}

const LISTS = ["allowlist", "denylist", "whitelist", "blacklist"];

/** Reads what the app's environment is to be; flags stand above files. */
export function appEnvironment(given: Given, { values }: Configured): AppEnvironment {
  const textsOf = (name: string) => [given.get(`exec-env-${name}`) ?? values.get(`exec.env.${name}`)?.value ?? []].flat().map(String);
  const custom = textsOf("custom").map((pair) => [pair.replace(/=.*$/s, ""), plain(pair.replace(/^[^=]*=?/s, ""))] as const);
  return {
    flags: textsOf("pristine").includes("true") ? { "env-pristine": "true" } : {},
    variables: Object.fromEntries(custom),
    undecided: LISTS.filter((name) => textsOf(name).length > 0).map((name) => `exec.env.${name}: remora run hands on all variables or, with env.pristine, none; name those that the app needs in [env.variables]: NAME = "{{ getenv('NAME') }}"`),
  };
}

/** A value of [env.variables] that is no key and no template, whatever it looks like. */
function plain(value: string): string {
  const isPlain = !/^([A-Za-z][\w-]*:)?\/|\{\{|\{%|\{#/.test(value);
  return isPlain ? value : `{{ ${quoted(value)} }}`;
}
