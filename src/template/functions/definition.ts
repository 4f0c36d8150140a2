import type { RenderContext } from "../../core/template.ts";
import { TemplateFault } from "../fault.ts";
import { notText, shown, toText } from "../values.ts";

/** A function that templates can call. Its page in docs/ is printed from this. */
export interface TemplateFunction {
  readonly name: string;
  /** "getv(key, default?)": "?" may be left out, "..." takes any number; the number of arguments is checked against it. */
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
  /** How it compares with confd's function of that name. */
  readonly confd: string;
  /** Whether it is a filter too: `"/a/b" | base`. */
  readonly filter?: boolean;
  readonly call: (scope: RenderContext, ...args: unknown[]) => unknown;
}

/** Calls a function after a check of the number of arguments. */
export function callFunction(definition: TemplateFunction, scope: RenderContext, args: readonly unknown[]): unknown {
  const { least, most } = arity(definition.signature);
  if (args.length < least || args.length > most) {
    throw new TemplateFault(`${definition.name}() takes ${range(least, most)}, not ${args.length}`, { hint: `Write ${definition.signature}` });
  }
  // nunjucks hands named arguments over as one marked object at the end.
  const last = args.at(-1);
  if (typeof last === "object" && last !== null && Object.hasOwn(last, "__keywords") && !definition.signature.includes("options?")) {
    throw new TemplateFault(`${definition.name}() takes no named arguments`, { hint: `Write ${definition.signature}` });
  }
  try {
    return definition.call(scope, ...args);
  } catch (thrown) {
    if (thrown instanceof TemplateFault && thrown.kind === "failed" && thrown.cause === undefined) {
      throw new TemplateFault(`${definition.name}(): ${thrown.message}`, { hint: thrown.hint });
    }
    throw thrown;
  }
}

const arities = new Map<string, { least: number; most: number }>();

function arity(signature: string): { least: number; most: number } {
  const known = arities.get(signature);
  if (known !== undefined) return known;
  const parameters = /\((.*)\)/.exec(signature)?.[1]?.split(",").map((parameter) => parameter.trim()).filter((parameter) => parameter !== "") ?? [];
  const least = parameters.filter((parameter) => !/\?$|^\.\.\./.test(parameter)).length;
  const most = parameters.some((parameter) => parameter.startsWith("...")) ? Infinity : parameters.length;
  arities.set(signature, { least, most });
  return { least, most };
}

function range(least: number, most: number): string {
  const counted = (count: number) => `${count} argument${count === 1 ? "" : "s"}`;
  if (least === most) return least === 0 ? "no arguments" : counted(least);
  return most === Infinity ? `at least ${counted(least)}` : `${least} to ${counted(most)}`;
}

/** An argument that has to be text; a number is taken as it prints. */
export function text(value: unknown): string {
  if (value instanceof Uint8Array) throw notText();
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return toText(value);
  throw new TemplateFault(`it needs a text, not ${shown(value)}`);
}

/** An argument that has to be a whole number. */
export function integer(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new TemplateFault(`it needs a whole number, not ${shown(value)}`, { hint: typeof value === "string" ? "Use atoi(...) to read a number from text" : undefined });
}

/** An argument that has to be a list. */
export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateFault(`it needs a list, not ${shown(value)}`);
}
