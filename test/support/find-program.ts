import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a program that need not be there: without it its tests do not run, and the closing lines of a run say so (scripts/servers.mjs). */
export function findProgram(name: "vault"): string | undefined {
  return (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
