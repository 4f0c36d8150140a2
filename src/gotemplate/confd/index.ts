import type { Dialect, GoFunctionDefinition } from "../engine/definition.ts";
import { CASE_FUNCTIONS } from "./case.ts";
import { DEFAULT_FUNCTIONS } from "./defaults.ts";
import { ENCODING_FUNCTIONS } from "./encoding.ts";
import { INCLUDE_FUNCTIONS } from "./include.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { KEY_FUNCTIONS } from "./keys.ts";
import { LIST_FUNCTIONS } from "./lists.ts";
import { MAP_FUNCTIONS } from "./maps.ts";
import { NETWORK_FUNCTIONS } from "./network.ts";
import { NUMBER_FUNCTIONS } from "./numbers.ts";
import { PATH_FUNCTIONS } from "./paths.ts";
import { PROCESS_FUNCTIONS } from "./process.ts";
import { REGEX_FUNCTIONS } from "./regex.ts";
import { SECRET_FUNCTIONS } from "./secrets.ts";
import { TEXT_FUNCTIONS } from "./text.ts";

/** The functions by family, in the order of their page. */
export const FAMILIES: Readonly<Record<string, readonly GoFunctionDefinition[]>> = {
  Keys: KEY_FUNCTIONS,
  Secrets: SECRET_FUNCTIONS,
  "Names and addresses": NETWORK_FUNCTIONS,
  "Environment, files and time": PROCESS_FUNCTIONS,
  "Other files": INCLUDE_FUNCTIONS,
  Text: TEXT_FUNCTIONS,
  "Words in one": CASE_FUNCTIONS,
  "Regular expressions": REGEX_FUNCTIONS,
  Paths: PATH_FUNCTIONS,
  Lists: LIST_FUNCTIONS,
  Maps: MAP_FUNCTIONS,
  "Empty values": DEFAULT_FUNCTIONS,
  Numbers: NUMBER_FUNCTIONS,
  JSON: JSON_FUNCTIONS,
  Encoding: ENCODING_FUNCTIONS,
};

/** The functions of both lines of confd. */
export const CONFD: Dialect = { name: "confd", functions: Object.values(FAMILIES).flat() };
