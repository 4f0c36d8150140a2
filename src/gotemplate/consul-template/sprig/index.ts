import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { SPRIG_LIST_FUNCTIONS } from "./lists.ts";
import { SPRIG_MAP_FUNCTIONS } from "./maps.ts";
import { SPRIG_NUMBER_FUNCTIONS } from "./numbers.ts";
import { SPRIG_DEFAULT_FUNCTIONS, SPRIG_FORMAT_FUNCTIONS, SPRIG_PATH_FUNCTIONS } from "./other.ts";
import { SPRIG_REGEX_FUNCTIONS } from "./regex.ts";
import { SPRIG_REFUSED_FUNCTIONS } from "./refused.ts";
import { SPRIG_TEXT_FUNCTIONS } from "./text.ts";

/** What consul-template has of sprig, by family, in the order of their page. */
export const SPRIG_FAMILIES: Readonly<Record<string, readonly GoFunctionDefinition[]>> = {
  "Sprig: values": SPRIG_DEFAULT_FUNCTIONS,
  "Sprig: text": SPRIG_TEXT_FUNCTIONS,
  "Sprig: lists": SPRIG_LIST_FUNCTIONS,
  "Sprig: maps": SPRIG_MAP_FUNCTIONS,
  "Sprig: numbers": SPRIG_NUMBER_FUNCTIONS,
  "Sprig: formats and types": SPRIG_FORMAT_FUNCTIONS,
  "Sprig: regular expressions": SPRIG_REGEX_FUNCTIONS,
  "Sprig: paths": SPRIG_PATH_FUNCTIONS,
  "Sprig: not here": SPRIG_REFUSED_FUNCTIONS,
};
