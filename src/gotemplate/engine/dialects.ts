import { CONFD } from "../confd/index.ts";
import type { Dialect } from "./definition.ts";

/** The functions that a file's templates have. */
export function dialectOf(_src: string): Dialect {
  return CONFD;
}
