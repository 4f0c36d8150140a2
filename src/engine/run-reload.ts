import type { App } from "../core/app.ts";
import { AppError } from "../core/error.ts";
import type { Unit } from "../core/unit.ts";
import { fillCommand } from "../process/command-line.ts";
import { runCommand } from "../process/run-command.ts";
import { programHint } from "../process/start-failure.ts";
import { signalPidFile } from "../process/signal-pid-file.ts";
import type { ApplyContext } from "./apply-unit.ts";

const DUE = "The new files are in place; the reload stays due, and remora run and each render try it again";

/** The same text for reloads that are one and the same. */
export function reloadKey(unit: Unit): string {
  // What the app's own units tell their command differs, be it the same.
  if (unit.reload?.kind === "command") return JSON.stringify([...(unit.templates.length === 0 ? [unit.name] : []), ...fillCommand(unit.reload.command, names(unit))]);
  return JSON.stringify(unit.reload ?? null);
}

/** Runs the reload of a unit, and of all that share it. Throws RELOAD_FAILED with what it printed. */
export async function runReload(unit: Unit, { ports, commandEnv, app }: ApplyContext, signal: AbortSignal): Promise<void> {
  const { reload } = unit;
  if (reload === undefined) return;
  // An app that does not run reads what was written when it is started.
  if (app?.running === false && !(unit.reloadsBeforeStart === true && reload.kind === "command")) return app.hasten();
  // One-shot, what is written is for an app that is started afterwards.
  if (app === undefined && (reload.kind === "app signal" || reload.kind === "app restart")) return;
  const startedAt = ports.clock.monotonic();
  if (reload.kind === "signal") {
    await signalPidFile(ports, reload);
  } else if (reload.kind === "app signal") {
    app?.signal(reload.signal);
  } else if (reload.kind === "app restart") {
    await app?.restart();
  } else {
    const argv = fillCommand(reload.command, names(unit));
    const result = await runCommand(ports, { argv, env: { ...commandEnv, REMORA_UNIT: unit.name, ...newsOf(unit, app) }, timeoutMs: unit.reloadTimeout, signal });
    if (result.outcome !== "ok") {
      throw new AppError("RELOAD_FAILED", `Cannot reload unit "${unit.name}": the reload command failed: ${result.description}`, {
        output: result.output,
        status: result.exitStatus,
        hint: programHint(result.exitStatus) ?? (unit.onReloadFailure === "keep" ? DUE : undefined),
      });
    }
  }
  app?.facts.told(unit.name);
  ports.log.info("Reloaded", { unit: unit.name, took_ms: Math.round(ports.clock.monotonic() - startedAt) });
}

/** What is told of the app's own units: names, never values. */
function newsOf({ name }: Unit, app: App | undefined): Readonly<Record<string, string>> {
  const changed = app?.facts.untold(name) ?? [];
  const there = app?.facts.get(name);
  return changed.length === 0 ? {} : { REMORA_CHANGED: changed.join(" "), REMORA_GONE: changed.filter((each) => there?.has(each) !== true).join(" ") };
}

function names({ templates }: Unit): Readonly<Record<string, string>> {
  const [only, ...others] = templates;
  return only !== undefined && others.length === 0 ? { dest: only.dest } : {};
}
