import { recover } from "../output/recover.ts";
import { sweep } from "../output/sweep.ts";
import type { ApplyContext } from "./apply-unit.ts";
import type { Plan } from "./plan.ts";

/** Finishes or undoes what a killed run had begun, and removes what it left behind; before anything else is written. */
export async function recoverState(context: ApplyContext, { units }: Plan): Promise<void> {
  await recover(context.state, context);
  await sweep(context.ports, units.flatMap(({ unit }) => unit.templates.map(({ dest }) => dest)));
}
