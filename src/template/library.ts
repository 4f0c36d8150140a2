import type { Context, FilterEnvironment } from "./context.ts";
import { TemplateFault } from "./fault.ts";
import { callFunction } from "./functions/definition.ts";
import { FUNCTIONS } from "./functions/index.ts";
import { memberOf } from "./members.ts";
import { type Filter, type Library, nunjucks } from "./nunjucks.ts";
import { shown, toNumber, toText } from "./values.ts";

const LONGEST_RANGE = 1_000_000;

/** nunjucks's filters, tests and globals with ours: those that would read undefined members, or change at each render, are replaced or left out. */
export function createLibrary(): Library & { readonly env: FilterEnvironment } {
  const base = new nunjucks.Environment([], { autoescape: false, throwOnUndefined: true });
  const filters: Record<string, Filter> = Object.assign(Object.create(null) as object, base.filters, STRICT_FILTERS);
  // Its output would be new with each render, and so would be the reload.
  delete filters["random"];
  const tests: Record<string, Filter> = Object.assign(Object.create(null) as object, base.tests);
  const globals: Record<string, unknown> = Object.assign(Object.create(null) as object, { range, cycler, joiner: base.globals["joiner"] });
  for (const definition of FUNCTIONS) {
    const call: Filter = function (this: unknown, ...args) {
      return callFunction(definition, (this as Context).scope, args);
    };
    globals[definition.name] = call;
    if (definition.filter) filters[definition.name] = call;
  }
  return { filters, tests, globals, env: { opts: { autoescape: false, throwOnUndefined: true }, getTest: (name) => testNamed(tests, name) } };
}

function testNamed(tests: Record<string, Filter>, name: string): Filter {
  const test = tests[name];
  if (test === undefined) throw new TemplateFault(`there is no test "${name}"`);
  return test;
}

const STRICT_FILTERS: Record<string, Filter> = {
  default: orDefault,
  d: orDefault,
  join: (list, separator = "", name?) => items(list).map((item) => toText(name === undefined ? item : attribute(item, name))).join(toText(separator)),
  sum: (list, name?, start = 0) => items(list).reduce((sum: number, item) => sum + toNumber(name === undefined ? item : attribute(item, name)), toNumber(start)),
  selectattr: (list, name) => items(list).filter((item) => Boolean(pathOf(item, name))),
  rejectattr: (list, name) => items(list).filter((item) => !pathOf(item, name)),
  groupby: (list, name) => groups(items(list), name),
};

function orDefault(value: unknown, replacement: unknown = "", alsoFalsy: unknown = false): unknown {
  return value === undefined || (alsoFalsy === true && !value) ? replacement : value;
}

function groups(list: readonly unknown[], name: unknown): Readonly<Record<string, unknown[]>> {
  const found = Object.create(null) as Record<string, unknown[]>;
  for (const item of list) (found[toText(attribute(item, name))] ??= []).push(item);
  return found;
}

function attribute(item: unknown, name: unknown): unknown {
  const value = pathOf(item, name);
  if (value === undefined) throw new TemplateFault(`${shown(item)} has no member ${shown(name)}`);
  return value;
}

/** The member at "address.port". */
function pathOf(item: unknown, name: unknown): unknown {
  return String(name)
    .split(".")
    .reduce<unknown>((target, part) => memberOf(target, part), item);
}

function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateFault(`it needs a list, not ${shown(value)}`);
}

function range(...args: unknown[]): number[] {
  const [start = 0, stop = 0, step = 1] = (args.length === 1 ? [0, args[0]] : args).map(toNumber);
  const length = Math.max(0, Math.ceil((stop - start) / (step || 1)));
  if (length > LONGEST_RANGE) throw new TemplateFault(`a range of ${length} numbers is too long`);
  return Array.from({ length }, (_, index) => start + index * (step || 1));
}

function cycler(...values: unknown[]): object {
  let index = -1;
  return {
    get current() {
      return index < 0 ? null : values[index];
    },
    reset() {
      index = -1;
      return "";
    },
    next() {
      index = (index + 1) % Math.max(values.length, 1);
      return values[index];
    },
  };
}
