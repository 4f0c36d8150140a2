import { basename, dirname, join } from "node:path";
import type { Files, Logger } from "../core/ports.ts";
import { livingTags } from "./process-identity.ts";
import { parseStagedName } from "./staged-file.ts";
import { realTarget } from "./target.ts";

/** Removes what killed processes had staged beside these targets. The journal must have been followed before. */
export async function sweep({ files, log }: { readonly files: Files; readonly log: Logger }, targets: readonly string[]): Promise<void> {
  const real = await Promise.all(targets.map((target) => realTarget(target, files).catch(() => target)));
  const staged = await stagedBeside(real, files);
  if (staged.length === 0) return;
  // Another Remora, with a state directory of its own, may be about to swap in what it has staged.
  const living = await livingTags(files);
  for (const { path, tag } of staged) {
    if (living.has(tag)) continue;
    await files.remove(path);
    log.info("Removed what a killed run had staged", { path });
  }
}

async function stagedBeside(targets: readonly string[], files: Files): Promise<{ readonly path: string; readonly tag: string }[]> {
  const found: { path: string; tag: string }[] = [];
  for (const directory of new Set(targets.map(dirname))) {
    const names = new Set(targets.filter((target) => dirname(target) === directory).map((target) => basename(target)));
    for (const name of await files.list(directory).catch(() => [])) {
      const staged = parseStagedName(name);
      if (staged !== undefined && names.has(staged.target)) found.push({ path: join(directory, name), tag: staged.tag });
    }
  }
  return found;
}
