import type { RunCommand } from "../core/command-runner.ts";
import type { Clock, Spawner } from "../core/ports.ts";
import { fillCommand } from "../process/command-line.ts";
import { runCommand } from "../process/run-command.ts";

/** What features are handed to run commands as check and reload commands are run. */
export function commandRunner(ports: { readonly spawner: Spawner; readonly clock: Clock }, commandEnv: Readonly<Record<string, string>>): RunCommand {
  return async (command, { env, ...limits }) => runCommand(ports, { argv: fillCommand(command, {}), env: { ...commandEnv, ...env }, ...limits });
}
