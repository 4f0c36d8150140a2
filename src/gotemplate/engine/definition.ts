import type { Delimiters, Machine, Published, RenderContext } from "../../core/template.ts";
import type { CallFact } from "./facts.ts";
import { type GoFunction, withSignature } from "../functions.ts";

/** What a function of a dialect can reach while a template renders. */
export interface Scope extends RenderContext {
  readonly machine: Machine;
  /** The keys that the unit follows. */
  readonly keys: readonly string[];
  readonly published: Published;
  /** The text of a file by its path, which then is one that the template was made of; undefined where there is none. */
  readFile(path: string): string | undefined;
  /** The text of a template that is defined in this one. */
  executeTemplate(name: string, data: unknown): string;
  /** The text of another file of the templates directory. */
  include(name: string, data: unknown): string;
  /** Whether the render has taken too long. */
  isOver(): boolean;
}

/** A function that Go templates can call. Its page in docs/ is printed from this. */
export interface GoFunctionDefinition {
  readonly name: string;
  /** As Go has it, each parameter with its type: "getv(key string, default ...string) string". Arguments are checked against it. */
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
  /** How it compares with the original of that name. */
  readonly original: string;
  /** What the first argument names, so that it can be read before the first render; a directory is a prefix that is not the root. */
  readonly reads?: "key" | "prefix" | "directory" | "glob";
  /** A library that has to be loaded before the first render. */
  readonly needs?: "re2" | "yaml";
  /** What is odd about a call, as far as the source shows it. */
  readonly odd?: (call: Pick<CallFact, "texts" | "from">) => string | undefined;
  readonly call: (scope: Scope, ...args: never[]) => unknown;
}

/** The functions that belong to files of one kind. */
export interface Dialect {
  readonly name: string;
  readonly functions: readonly GoFunctionDefinition[];
  /** What a member is that a map does not have: no value, the zero value of what it holds, or an error. */
  readonly missingKey?: "zero" | "error" | undefined;
  readonly delimiters?: Delimiters | undefined;
  /** Whether "app/host" is the key "/app/host". */
  readonly relativeKeys?: boolean;
  /** Functions whose first argument is the path of a file that the template is made of. */
  readonly readsFiles?: readonly string[];
}

/** Makes functions of definitions; the scope is that of the render that goes on as they are called. */
export function bindAll(definitions: readonly GoFunctionDefinition[], scope: () => Scope): Readonly<Record<string, GoFunction>> {
  return Object.fromEntries(
    definitions.map(({ name, signature, call }) => {
      const bound = (...args: never[]) => call(scope(), ...args);
      return [name, withSignature(bound, ...typesOf(signature))];
    }),
  );
}

/** The types of the parameters: "string" and "...string" of "getv(key string, default ...string) string". */
function typesOf(signature: string): string[] {
  const inside = /^\w+\((.*?)\)(?: |$)/.exec(signature)?.[1] ?? "";
  return inside === "" ? [] : inside.split(", ").map((parameter) => parameter.slice(parameter.indexOf(" ") + 1));
}
