import type { TemplateFunction } from "./definition.ts";
import { ENCODING_FUNCTIONS } from "./encoding.ts";
import { ESCAPING_FUNCTIONS } from "./escaping.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { KEY_FUNCTIONS } from "./keys.ts";
import { LIST_FUNCTIONS } from "./lists.ts";
import { NETWORK_FUNCTIONS } from "./network.ts";
import { NUMBER_FUNCTIONS } from "./numbers.ts";
import { PATH_FUNCTIONS } from "./paths.ts";
import { PROCESS_FUNCTIONS } from "./process.ts";
import { SECRET_FUNCTIONS } from "./secrets.ts";
import { TEXT_FUNCTIONS } from "./text.ts";

/** The functions by family, in the order of their page. */
export const FAMILIES: Readonly<Record<string, readonly TemplateFunction[]>> = {
  Keys: KEY_FUNCTIONS,
  Secrets: SECRET_FUNCTIONS,
  "Services and names": NETWORK_FUNCTIONS,
  "Environment and time": PROCESS_FUNCTIONS,
  Text: TEXT_FUNCTIONS,
  Paths: PATH_FUNCTIONS,
  Lists: LIST_FUNCTIONS,
  Numbers: NUMBER_FUNCTIONS,
  JSON: JSON_FUNCTIONS,
  Escaping: ESCAPING_FUNCTIONS,
  Encoding: ENCODING_FUNCTIONS,
};

/** All functions that a template can call. */
export const FUNCTIONS: readonly TemplateFunction[] = Object.values(FAMILIES).flat();
