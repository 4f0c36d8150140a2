import type { Unit } from "../core/unit.ts";
import { textToBytes } from "../core/entry.ts";
import { toAppError } from "../core/error.ts";
import type { ApplyContext } from "./apply-unit.ts";
import { restore } from "./backups.ts";
import type { RenderedText } from "./render-unit.ts";
import { runReload } from "./run-reload.ts";

/**
 * Brings back the files from before a reload that failed, and reloads those. Answers false where there is nothing to
 * bring back. What was rolled back is remembered, so that it is not applied again at once.
 */
export async function rollBack(unit: Unit, context: ApplyContext, force: AbortSignal): Promise<boolean> {
  const { state, ports } = context;
  const backups = state.data.due[unit.name]?.backups ?? {};
  if (Object.keys(backups).length === 0) return false;
  const rejected = unitHash(unit, context);
  const restored = await restore(backups, context);
  await state.update((data) => {
    for (const [target, hash] of restored) data.targets[target] = { ...data.targets[target], unit: unit.name, written: hash, applied: hash };
    delete data.due[unit.name];
    data.rejected[unit.name] = rejected;
  });
  await Promise.all(Object.values(backups).map((path) => ports.files.remove(path)));
  ports.log.warn("Rolled back", { unit: unit.name, targets: [...restored.keys()] });
  try {
    await runReload(unit, context, force);
  } catch (thrown) {
    ports.log.error("Reload after rolling back failed too", { unit: unit.name, error: toAppError(thrown).message });
  }
  return true;
}

/** One text for all that the unit has written. */
function unitHash(unit: Unit, { state }: ApplyContext): string {
  return unit.templates.map(({ dest }) => state.data.targets[dest]?.written ?? "").join(" ");
}

/** The same text for what was rendered, to compare with what was rejected. */
export function renderingHash(texts: readonly RenderedText[], { hash }: ApplyContext): string {
  return texts.map(({ text }) => hash(textToBytes(text))).join(" ");
}
