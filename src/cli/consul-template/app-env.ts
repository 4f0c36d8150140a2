import { pathMatcher } from "../../gotemplate/path-match.ts";

/** What exec.env says of the app's environment. */
export interface EnvOptions {
  readonly pristine: boolean;
  /** "NAME=VALUE". */
  readonly custom: readonly string[];
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

/** The environment of the app, as consul-template makes it: what is denied wins, what is custom always comes. */
export function environmentOfApp(env: Readonly<Record<string, string>>, { pristine, custom, allowed, denied }: EnvOptions): Readonly<Record<string, string>> {
  const isOne = (patterns: readonly string[]) => (name: string) => patterns.some((pattern) => matcherOf(pattern)(name));
  const kept = Object.entries(env).filter(([name]) => !pristine && (allowed.length === 0 || isOne(allowed)(name)) && !isOne(denied)(name));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(custom.map((pair) => [pair.replace(/=.*$/s, ""), pair.replace(/^[^=]*=?/s, "")])) };
}

/** One that is no pattern matches nothing, as there. */
function matcherOf(pattern: string): (name: string) => boolean {
  try {
    return pathMatcher(pattern);
  } catch {
    return () => false;
  }
}
