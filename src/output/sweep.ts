import { dirname, join } from "node:path";
import type { Files, Logger } from "../core/ports.ts";
import { isStagedName } from "./staged-file.ts";
import { realTarget } from "./target.ts";

/** Removes what a killed process had staged beside these targets. The journal must have been followed before. */
export async function sweep({ files, log }: { readonly files: Files; readonly log: Logger }, targets: readonly string[]): Promise<void> {
  const real = await Promise.all(targets.map((target) => realTarget(target, files).catch(() => target)));
  for (const directory of new Set(real.map(dirname))) {
    const names = await files.list(directory).catch(() => []);
    const left = names.filter((name) => real.some((target) => dirname(target) === directory && isStagedName(name, target)));
    for (const name of left) {
      await files.remove(join(directory, name));
      log.info("Removed what a killed run had staged", { path: join(directory, name) });
    }
  }
}
