import { textToBytes } from "../core/entry.ts";
import { sensitiveTargets } from "../output/state-file.ts";
import type { ApplyContext } from "./apply-unit.ts";
import type { GatheredUnit } from "./gather.ts";

/** What a target would become. */
export interface Preview {
  readonly unit: string;
  readonly target: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
  /** It holds what was sealed, or did before. */
  readonly sensitive: boolean;
}

/** The targets whose content would change; writes nothing. */
export async function preview(units: readonly GatheredUnit[], { files }: Pick<ApplyContext["ports"], "files">, stateDir: string): Promise<readonly Preview[]> {
  const wasSensitive = await sensitiveTargets(files, stateDir);
  const all = units.flatMap((each) => (each.kind === "rendered" ? each.texts.map(({ settings, ...rest }) => ({ unit: each.planned.unit.name, target: settings.dest, ...rest })) : []));
  const previews = await Promise.all(all.map(async ({ unit, target, text, opened }): Promise<Preview> => ({ unit, target, before: await files.read(target), after: textToBytes(text), sensitive: opened.length > 0 || wasSensitive.has(target) })));
  return previews.filter(({ before, after }) => before === undefined || !sameBytes(before, after));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
