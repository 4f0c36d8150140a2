import type { Dialect, GoFunctionDefinition } from "../engine/definition.ts";
import { KEY_FUNCTIONS } from "./keys.ts";
import { PATH_FUNCTIONS } from "./paths.ts";
import { SECRET_FUNCTIONS } from "./secrets.ts";

/** The functions by family, in the order of their page. */
export const FAMILIES: Readonly<Record<string, readonly GoFunctionDefinition[]>> = {
  Keys: KEY_FUNCTIONS,
  Secrets: SECRET_FUNCTIONS,
  Paths: PATH_FUNCTIONS,
};

/** The functions of both lines of confd. */
export const CONFD: Dialect = { name: "confd", functions: Object.values(FAMILIES).flat() };
