import { AppError } from "../core/error.ts";
import type { Command, Unit } from "../core/unit.ts";
import { fillCommand } from "../process/command-line.ts";
import { runCommand } from "../process/run-command.ts";
import { programHint } from "../process/start-failure.ts";
import type { ApplyContext } from "./apply-unit.ts";

/** Runs a check command on staged files. Throws CHECK_FAILED with what it printed. */
export async function checkCommand(command: Command, names: Readonly<Record<string, string>>, unit: Unit, { ports, commandEnv }: Pick<ApplyContext, "ports" | "commandEnv">, signal: AbortSignal): Promise<void> {
  const argv = fillCommand(command, names);
  const result = await runCommand(ports, { argv, env: { ...commandEnv, REMORA_UNIT: unit.name }, timeoutMs: unit.checkTimeout, signal });
  if (result.outcome === "ok") return;
  throw new AppError("CHECK_FAILED", `Cannot apply unit "${unit.name}": the check command failed: ${result.description}`, {
    output: result.output,
    status: result.exitStatus,
    hint: programHint(result.exitStatus) ?? "The targets are as they were; remora render --dry-run shows what was refused",
  });
}
