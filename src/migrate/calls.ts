import { NoCounterpart, type Value } from "./values.ts";

/** What a call can be translated with, beside its arguments. */
export interface CallScope {
  readonly functions: FunctionTable;
  /** The unit's keys. */
  readonly keys: readonly string[];
  /** Says that a translation is exact for most values and not for all. */
  note(text: string): void;
}

export type CallTranslation = (args: readonly Value[], scope: CallScope) => Value;

/** What becomes of the functions of one kind of templates. */
export interface FunctionTable {
  readonly calls: Readonly<Record<string, CallTranslation>>;
  /** Why functions are not translated that nunjucks has too, or has others like. */
  readonly different: Readonly<Record<string, string>>;
}

/** Translates a call. Throws NoCounterpart. */
export function translateCall(name: string, args: readonly Value[], scope: CallScope): Value {
  const { calls, different } = scope.functions;
  const translation = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (translation === undefined) throw new NoCounterpart(`the function ${name}${Object.hasOwn(different, name) ? `: ${different[name]}` : ""}`);
  return translation(args, scope);
}
