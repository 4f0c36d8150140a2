import { describeError } from "../../../core/error.ts";
import { gatherRenderings, type PlannedRendering } from "../../../engine/gather.ts";
import type { Invocation } from "../../command.ts";
import { openSession } from "../../session.ts";
import { stopSignals } from "../../stop-signals.ts";

/** Opens all that the units need, and tells what does not open. */
export async function verify(invocation: Invocation): Promise<number> {
  const { outside } = invocation;
  const session = await openSession(invocation, { keepSound: false });
  using stop = stopSignals(outside);
  const { plan, openMirrors, opener } = session;
  const { renderings, unanswered } = await gatherRenderings({ plan, openMirrors, context: session, opener, env: outside.env, timeout: plan.configuration.settings.timeout, wait: 0, signal: stop.signal });
  if (unanswered !== undefined) throw unanswered;
  const failures = renderings.flatMap(({ rendering }) => (rendering.kind === "failed" ? [rendering.error] : []));
  for (const error of failures) outside.stderr.write(`remora: ${describeError(error)}\n`);
  for (const rendering of renderings) outside.stdout.write(line(rendering));
  return failures[0]?.exit ?? 0;
}

function line({ planned: { unit }, rendering }: PlannedRendering): string {
  if (rendering.kind !== "rendered") return `${unit.name}: cannot be rendered\n`;
  const opened = new Set(rendering.texts.flatMap((text) => text.opened.map(({ entry }) => entry.key)));
  return `${unit.name}: ${opened.size === 0 ? "needs no secrets" : `opens ${[...opened].join(", ")}`}\n`;
}
