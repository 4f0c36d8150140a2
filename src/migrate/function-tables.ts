import type { FunctionTable } from "./calls.ts";
import { CONFD_FUNCTIONS } from "./confd-functions.ts";
import { CONSUL_TEMPLATE_FUNCTIONS } from "./consul-template-functions.ts";

/** What becomes of the functions of each language of Go templates. */
export const FUNCTION_TABLES: Readonly<Record<"go" | "consul-template", FunctionTable>> = { go: CONFD_FUNCTIONS, "consul-template": CONSUL_TEMPLATE_FUNCTIONS };
