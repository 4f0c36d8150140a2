import { join } from "node:path";
import { recover } from "../output/recover.ts";
import { sweep } from "../output/sweep.ts";
import type { ApplyContext } from "./apply-unit.ts";
import type { Plan } from "./plan.ts";

/** Finishes or undoes what a killed run had begun, and removes what it left behind; before anything else is written. */
export async function recoverState(context: ApplyContext, { units }: Plan): Promise<void> {
  await recover(context.state, context);
  await removeForgottenCopies(context);
  await sweep(context.ports, units.flatMap(({ unit }) => unit.templates.map(({ dest }) => dest)));
}

/** Copies for a rollback that no reload needs any more. */
async function removeForgottenCopies({ state, stateDir, ports: { files } }: ApplyContext): Promise<void> {
  const directory = join(stateDir, "backup");
  const needed = new Set(Object.values(state.data.due).flatMap(({ backups }) => Object.values(backups)));
  for (const path of (await files.list(directory)).map((name) => join(directory, name))) {
    if (!needed.has(path)) await files.remove(path);
  }
}
