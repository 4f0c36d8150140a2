import type { Unit } from "../core/unit.ts";
import { textToBytes } from "../core/text.ts";
import { toAppError } from "../core/error.ts";
import type { ApplyContext } from "./apply-unit.ts";
import { removeTarget } from "../output/remove-target.ts";
import { restore } from "./backups.ts";
import type { RenderedText } from "./render-unit.ts";
import { runReload } from "./run-reload.ts";

/**
 * Brings back the files from before a reload that failed, and reloads those. Answers false where there is nothing to
 * bring back. What was rolled back is remembered, so that it is not applied again at once.
 */
export async function rollBack(unit: Unit, context: ApplyContext, force: AbortSignal): Promise<boolean> {
  const { state, ports } = context;
  const { backups = {}, created = [], removed = {} } = state.data.due[unit.name] ?? {};
  if (Object.keys(backups).length === 0 && created.length === 0) return false;
  const rejected = unitHash(unit, context);
  const restored = await restore(backups, context);
  const gone = await removeCreated(created, context);
  await state.update((data) => {
    for (const [target, hash] of restored) data.targets[target] = { ...removed[target], ...data.targets[target], unit: unit.name, written: hash, applied: hash };
    for (const target of gone) delete data.targets[target];
    delete data.due[unit.name];
    data.rejected[unit.name] = rejected;
  });
  await Promise.all(Object.values(backups).map((path) => ports.files.remove(path)));
  ports.log.warn("Rolled back", { unit: unit.name, targets: [...restored.keys()], ...(gone.length > 0 ? { removed: gone } : {}) });
  try {
    await runReload(unit, context, force);
  } catch (thrown) {
    ports.log.error("Reload after rolling back failed too", { unit: unit.name, error: toAppError(thrown).message });
  }
  return true;
}

/** Takes away the files of items that came with what failed; one that another hand changed stays. */
async function removeCreated(created: readonly string[], { state, ports, hash }: ApplyContext): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const target of created) {
    const row = state.data.targets[target];
    if (row === undefined || (await removeTarget(target, row.written, { ...ports, hash }))) gone.push(target);
  }
  return gone;
}

/** One text for all that the unit has written. */
function unitHash({ name, templates }: Unit, { state }: ApplyContext): string {
  const dests = new Set(templates.map(({ dest }) => dest));
  const rows = Object.entries(state.data.targets).filter(([target, { unit, each }]) => (each ? unit === name : dests.has(target)));
  return hashText(rows.map(([target, { written }]) => [target, written]));
}

/** The same text for what was rendered, to compare with what was rejected. */
export function renderingHash(texts: readonly RenderedText[], { hash }: ApplyContext): string {
  return hashText(texts.map(({ settings, text }) => [settings.dest, hash(textToBytes(text))]));
}

function hashText(files: readonly (readonly [target: string, hash: string])[]): string {
  return files.map(([target, hash]) => `${hash} ${target}`).sort().join("\n");
}
