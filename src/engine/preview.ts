import type { AppError } from "../core/error.ts";
import { textToBytes } from "../core/text.ts";
import { holdsStill } from "../output/remove-target.ts";
import { peekState, type StateData } from "../output/state-file.ts";
import type { ApplyContext } from "./apply-unit.ts";
import { refuseSuddenlyEmpty } from "./empty-guard.ts";
import type { GatheredUnit } from "./gather.ts";

/** What a target would become; undefined is no file. */
export interface Preview {
  readonly unit: string;
  readonly target: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
  /** It holds what was sealed, or did before. */
  readonly sensitive: boolean;
}

interface PreviewContext extends Pick<ApplyContext, "hash" | "stateDir"> {
  readonly ports: Pick<ApplyContext["ports"], "files">;
}

type Rendered = Extract<GatheredUnit, { readonly kind: "rendered" }>;

/** The targets whose content would change, then those that would go, and why units would keep theirs; writes nothing. */
export async function preview(units: readonly GatheredUnit[], context: PreviewContext): Promise<{ readonly previews: readonly Preview[]; readonly refused: readonly AppError[] }> {
  const data = await peekState(context.ports.files, context.stateDir);
  const rendered = units.flatMap((each) => (each.kind === "rendered" ? [{ ...each, refused: refuseSuddenlyEmpty(each.planned.unit, each.fill, { data }) }] : []));
  const taken = rendered.filter(({ refused }) => refused === undefined);
  const previews = await Promise.all([...taken.map((unit) => changes(unit, data.targets, context)), ...taken.map((unit) => removals(unit, data.targets, context))]);
  return { previews: previews.flat(), refused: rendered.flatMap(({ refused }) => refused ?? []) };
}

async function changes({ planned, texts }: Rendered, known: StateData["targets"], { ports: { files } }: PreviewContext): Promise<readonly Preview[]> {
  const all = texts.map(async ({ settings: { dest }, text, opened }) => {
    const sensitive = opened.length > 0 || known[dest]?.sensitive === true;
    return { unit: planned.unit.name, target: dest, before: await files.read(dest), after: textToBytes(text), sensitive };
  });
  return (await Promise.all(all)).filter(({ before, after }) => before === undefined || !sameBytes(before, after));
}

/** Files of items that went, and are as they were written. */
async function removals({ planned: { unit, claims }, texts }: Rendered, known: StateData["targets"], { ports: { files }, hash }: PreviewContext): Promise<readonly Preview[]> {
  const targets = new Set(texts.map(({ settings }) => settings.dest));
  const former = Object.entries(known).filter(([target, row]) => row.each && row.unit === unit.name && !targets.has(target) && !claims.isOfAnother(target, unit.name));
  const gone = former.map(async ([target, { written, sensitive = false }]) => {
    const holds = await holdsStill(target, written, { files, hash });
    return holds === "yes" ? [{ unit: unit.name, target, before: await files.read(target), after: undefined, sensitive }] : [];
  });
  return (await Promise.all(gone)).flat();
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
