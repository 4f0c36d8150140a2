import { AppError } from "../core/error.ts";
import type { Files } from "../core/ports.ts";
import { didYouMean } from "../core/suggest.ts";

/** Turns names of users and groups into numbers; both throw CONFIG_INVALID for a name that is not known, and say for which target. */
export interface Ownership {
  uid(owner: string | number | undefined, target: string): Promise<number | undefined>;
  gid(group: string | number | undefined, target: string): Promise<number | undefined>;
}

/** Looks names up in /etc/passwd and /etc/group, afresh when one is not found. */
export async function loadOwnership(files: Pick<Files, "read">): Promise<Ownership> {
  const lookUp = (path: string, kind: string) => {
    let known = new Map<string, number>();
    return async (name: string | number | undefined, target: string) => {
      if (name === undefined || typeof name === "number") return name;
      if (!known.has(name)) known = await readNumbers(path, files);
      const number = known.get(name);
      if (number === undefined) throw new AppError("CONFIG_INVALID", `Cannot write "${target}": there is no ${kind} "${name}" in ${path}`, { hint: didYouMean(name, known.keys()) });
      return number;
    };
  };
  return { uid: lookUp("/etc/passwd", "user"), gid: lookUp("/etc/group", "group") };
}

/** NAME:x:NUMBER:... */
async function readNumbers(path: string, files: Pick<Files, "read">): Promise<Map<string, number>> {
  const text = new TextDecoder().decode((await files.read(path)) ?? new Uint8Array());
  const rows = text.split("\n").map((line) => line.split(":"));
  return new Map(rows.flatMap(([name, , number]): [string, number][] => (name && /^\d+$/.test(number ?? "") ? [[name, Number(number)]] : [])));
}
