import { basename, join, resolve } from "node:path";
import { findUnitFiles } from "../../config/unit-files.ts";
import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Outside } from "../command.ts";

/** Whether --resource means that file of conf.d: by its path, its name, or its name without the ending. */
export function isMeant(resource: string, { name, path }: { readonly name: string; readonly path: string }, cwd: string): boolean {
  return [name, path, basename(path)].includes(resource) || resolve(cwd, resource) === path;
}

/** Throws USAGE where there is no such file in conf.d. */
export async function refuseUnknownResource(resource: string | undefined, confdir: string, { cwd, ports: { files } }: Outside): Promise<void> {
  if (resource === undefined) return;
  const found = await findUnitFiles(join(resolve(cwd, confdir), "conf.d"), files);
  if (found.some((file) => isMeant(resource, file, cwd))) return;
  const names = found.map(({ path }) => basename(path));
  throw new AppError("USAGE", `--resource: there is no "${resource}" in conf.d`, { hint: didYouMean(resource, names) ?? (names.length > 0 ? `There are: ${names.join(", ")}` : undefined) });
}
