import type { ApplyContext } from "./apply-unit.ts";
import type { GatheredUnit } from "./gather.ts";

/** What a target would become. */
export interface Preview {
  readonly unit: string;
  readonly target: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/** The targets whose content would change; writes nothing. */
export async function preview(units: readonly GatheredUnit[], { files }: Pick<ApplyContext["ports"], "files">): Promise<readonly Preview[]> {
  const all = units.flatMap((each) => (each.kind === "rendered" ? each.planned.templates.map(({ settings }, index) => ({ unit: each.planned.unit.name, target: settings.dest, text: each.texts[index] ?? "" })) : []));
  const previews = await Promise.all(all.map(async ({ unit, target, text }): Promise<Preview> => ({ unit, target, before: await files.read(target), after: new TextEncoder().encode(text) })));
  return previews.filter(({ before, after }) => before === undefined || !sameBytes(before, after));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
