import { dirname, join } from "node:path";
import { isItemName } from "../core/item-target.ts";
import type { TemplateSettings } from "../core/unit.ts";
import { recover } from "../output/recover.ts";
import { parseStagedName } from "../output/staged-file.ts";
import { sweep } from "../output/sweep.ts";
import type { ApplyContext } from "./apply-unit.ts";
import type { Plan } from "./plan.ts";

/** Finishes or undoes what a killed run had begun, and removes what it left behind; before anything else is written. */
export async function recoverState(context: ApplyContext, { units }: Plan): Promise<void> {
  await recover(context.state, context);
  await removeForgottenCopies(context);
  const templates = units.flatMap(({ unit }) => unit.templates);
  const ofItems = await Promise.all(templates.map((template) => stagedItems(template, context)));
  await sweep(context.ports, [...templates.map(({ dest }) => dest), ...ofItems.flat()]);
}

/** The targets of items, there now or not, that something was staged for. */
async function stagedItems({ dest, forEach }: TemplateSettings, { ports: { files } }: ApplyContext): Promise<readonly string[]> {
  if (forEach === undefined) return [];
  const isItem = isItemName(dest);
  const names = (await files.list(dirname(dest)).catch(() => [])).flatMap((name) => parseStagedName(name)?.target ?? []);
  return names.filter(isItem).map((name) => join(dirname(dest), name));
}

/** Copies for a rollback that no reload needs any more. */
async function removeForgottenCopies({ state, stateDir, ports: { files } }: ApplyContext): Promise<void> {
  const directory = join(stateDir, "backup");
  const needed = new Set(Object.values(state.data.due).flatMap(({ backups }) => Object.values(backups)));
  for (const path of (await files.list(directory)).map((name) => join(directory, name))) {
    if (!needed.has(path)) await files.remove(path);
  }
}
