import type { Value } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import { relativeKey, toKey } from "../core/key.ts";
import type { CompiledTemplate, Reader, RenderContext } from "../core/template.ts";
import { TemplateFault } from "./fault.ts";
import { isRisky, variableName } from "./variable-names.ts";

/** What a variable that was named in the configuration is. */
export type NamedVariable =
  | { readonly kind: "key"; readonly name: string; readonly key: string }
  | { readonly kind: "template"; readonly name: string; readonly template: CompiledTemplate }
  | { readonly kind: "text"; readonly name: string; readonly text: string };

export interface VariablesOptions {
  /** Keys below these are variables; a later prefix wins. */
  readonly prefixes: readonly string[];
  /** These win over all prefixes. */
  readonly named: readonly NamedVariable[];
}

// Linux refuses a program with a longer text in its environment (MAX_ARG_STRLEN, the NUL at its end included).
const LONGEST_VARIABLE = 131_071;
// It refuses a quarter of the stack's limit, arguments and what is inherited included: 2 MiB, mostly.
const LARGEST_ENVIRONMENT = 1_048_576;

/** An environment as a template: its text is JSON, {NAME: value}. It throws ENV_INVALID where a key cannot be a variable. */
export function variablesTemplate({ prefixes, named }: VariablesOptions): CompiledTemplate {
  const own = new Set(named.map(({ name }) => name));
  return {
    name: "[env]",
    literals: [...prefixes, ...named.flatMap((one) => (one.kind === "key" ? [one.key] : one.kind === "template" ? one.template.literals : []))],
    get sources() {
      return named.flatMap((one) => (one.kind === "template" ? one.template.sources : []));
    },
    render(context) {
      const found = new Map<string, Variable>();
      for (const prefix of prefixes) for (const one of below(prefix, context.reader, own)) found.set(one.name, one);
      for (const one of named) found.set(one.name, { name: one.name, from: one.name, value: namedValue(one, context) });
      const all = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return JSON.stringify(Object.fromEntries(bounded(all.map(withText)).map(({ name, value }) => [name, value])));
    },
  };
}

interface Variable {
  readonly name: string;
  /** The key, or else the name: what an error is about. */
  readonly from: string;
  readonly value: Value;
}

/** The variables of a prefix. The prefix itself is a directory: what it holds has no name. */
function below(prefix: string, reader: Reader, own: ReadonlySet<string>): readonly Variable[] {
  const [, backend = "", path = prefix] = /^([A-Za-z][\w-]*:)?(\/.*)$/s.exec(prefix) ?? [];
  const start = toKey(path);
  const found = new Map<string, Variable>();
  for (const entry of reader.entries(prefix)) {
    const name = variableName(relativeKey(start, entry.key).slice(1));
    if (entry.key === start || own.has(name)) continue;
    const from = `${backend}${entry.key}`;
    const twin = found.get(name);
    if (twin !== undefined) throw refused(`"${twin.from}" and "${from}" are both ${name}`, "Rename one of the two");
    if (/^\d/.test(name)) throw refused(`"${from}" would be ${name}, and no name begins with a digit`, `Rename it, or name the variable: [env.variables] NAME = "${from}"`);
    if (isRisky(name)) throw refused(`"${from}" would be ${name}, which decides what programs do`, `Rename it; if it is meant: [env.variables] ${name} = "${from}"`);
    found.set(name, { name, from, value: opened(() => reader.value(entry, prefix)) });
  }
  return [...found.values()];
}

function namedValue(one: NamedVariable, context: RenderContext): Value {
  if (one.kind === "text") return one.text;
  if (one.kind === "template") return one.template.render(context);
  const entry = context.reader.entry(one.key);
  if (entry === undefined) throw refused(`key "${one.key}" of ${one.name} does not exist`, `Put it, or give a default: ${one.name} = "{{ getv('${one.key}', '...') }}"`, "TEMPLATE_MISSING_KEY");
  return opened(() => context.reader.value(entry, one.key));
}

/** What cannot be opened says so as a fault of a template. */
function opened(read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof TemplateFault)) throw thrown;
    throw refused(thrown.message, thrown.hint, thrown.cause?.code);
  }
}

function withText({ name, from, value }: Variable): { readonly name: string; readonly value: string } {
  const about = from === name ? name : `${name}, "${from}",`;
  if (typeof value !== "string") throw refused(`the value of ${about} is not UTF-8 text`, "Have the app read a file: a template can write any bytes");
  if (value.includes("\0")) throw refused(`the value of ${about} holds a NUL, at which a variable would end`, "Have the app read a file: a template can write any bytes");
  if (Buffer.byteLength(value) + name.length + 1 > LONGEST_VARIABLE) throw refused(`the value of ${about} is longer than the 128 KiB that a variable can have`, "Have the app read a file");
  return { name, value };
}

function bounded<T extends { readonly name: string; readonly value: string }>(all: readonly T[]): readonly T[] {
  const size = all.reduce((sum, { name, value }) => sum + name.length + Buffer.byteLength(value) + 2, 0);
  if (size > LARGEST_ENVIRONMENT) throw refused(`its ${all.length} variables are more than 1 MiB`, "Have the app read files");
  return all;
}

function refused(reason: string, hint: string | undefined, code: AppError["code"] = "ENV_INVALID"): AppError {
  return new AppError(code, `Cannot make the environment of the app: ${reason}`, { hint });
}
