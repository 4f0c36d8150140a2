import { basename } from "node:path";

/** Programs that this one stands in for when it is started under their names. */
const NAMES = ["confd", "consul-template"];

/** The command that the program's own name stands for, as the first of the arguments; none where it is called something else. */
export function calledAs(paths: readonly (string | undefined)[]): readonly string[] {
  return paths.map((path) => basename(path ?? "")).filter((name) => NAMES.includes(name)).slice(0, 1);
}
