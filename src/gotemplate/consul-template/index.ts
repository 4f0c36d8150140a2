import type { Dialect, GoFunctionDefinition } from "../engine/definition.ts";
import { COLLECTION_FUNCTIONS } from "./collections.ts";
import { ENCODING_FUNCTIONS } from "./encoding.ts";
import { ENVIRONMENT_FUNCTIONS } from "./environment.ts";
import { GROUP_FUNCTIONS } from "./groups.ts";
import { KEY_FUNCTIONS } from "./keys.ts";
import { MATH_FUNCTIONS } from "./math.ts";
import { PARSE_FUNCTIONS } from "./parse.ts";
import { REFUSED_FUNCTIONS } from "./refused.ts";
import { SCRATCH_FUNCTIONS } from "./scratch.ts";
import { SERVICE_FUNCTIONS } from "./services.ts";
import { SPRIG_FAMILIES } from "./sprig/index.ts";
import { TEXT_FUNCTIONS } from "./text.ts";

/** The functions by family, in the order of their page. */
export const FAMILIES: Readonly<Record<string, readonly GoFunctionDefinition[]>> = {
  Keys: KEY_FUNCTIONS,
  "Services and nodes": SERVICE_FUNCTIONS,
  "Services and keys in groups": GROUP_FUNCTIONS,
  "Environment, files and time": ENVIRONMENT_FUNCTIONS,
  "Read and write formats": PARSE_FUNCTIONS,
  Text: TEXT_FUNCTIONS,
  "Lists and maps": COLLECTION_FUNCTIONS,
  Numbers: MATH_FUNCTIONS,
  Encoding: ENCODING_FUNCTIONS,
  Scratch: SCRATCH_FUNCTIONS,
  ...SPRIG_FAMILIES,
  "Not here": REFUSED_FUNCTIONS,
};

/** The functions of consul-template. */
export const CONSUL_TEMPLATE: Dialect = { name: "consul-template", functions: Object.values(FAMILIES).flat(), missingKey: "zero", readsFiles: ["file"], relativeKeys: true };
