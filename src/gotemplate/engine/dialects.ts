import { extname } from "node:path";
import type { CompileOptions } from "../../core/template.ts";
import { CONFD } from "../confd/index.ts";
import { CONSUL_TEMPLATE } from "../consul-template/index.ts";
import type { Dialect } from "./definition.ts";

/** The functions that a file's templates have, and how it is read. */
export function dialectOf(src: string, { engine, delimiters, strictMembers }: CompileOptions): Dialect {
  const isConsulTemplate = engine === "consul-template" || (engine === undefined && extname(src) === ".ctmpl");
  const dialect = isConsulTemplate ? CONSUL_TEMPLATE : CONFD;
  if (delimiters === undefined && strictMembers !== true) return dialect;
  const name = JSON.stringify([dialect.name, delimiters, strictMembers]);
  return { ...dialect, name, delimiters, ...(strictMembers ? { missingKey: "error" as const } : {}) };
}
