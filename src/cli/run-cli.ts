import { parseArgs } from "node:util";
import { settingFlags } from "../config/settings.ts";
import { AppError, describeError, toAppError } from "../core/error.ts";
import { didYouMean } from "../core/suggest.ts";
import { json } from "../log/json.ts";
import { logfmt } from "../log/logfmt.ts";
import { createLogger } from "../log/logger.ts";
import { COMMANDS } from "./commands/index.ts";
import type { CommandDefinition, CommandFlag, FlagValue, Invocation, Outside } from "./command.ts";

/** Flags that every command takes. */
export const COMMON_FLAGS: readonly CommandFlag[] = [
  { flag: "verbose", type: "boolean", doc: "Log everything: --log-level debug" },
  { flag: "help", type: "boolean", doc: "Print this" },
];

/** Runs the command that the arguments name; answers the exit status and never throws. */
export async function runCli(outside: Outside): Promise<number> {
  try {
    return await dispatch(outside);
  } catch (thrown) {
    const error = toAppError(thrown);
    outside.stderr.write(`remora: ${describeError(error)}\n`);
    if (error.code === "INTERNAL" && thrown instanceof Error) outside.stderr.write(`${thrown.stack ?? ""}\n`);
    return error.exit;
  }
}

async function dispatch(outside: Outside): Promise<number> {
  const [name, ...args] = outside.args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const { overview } = await import("./help.ts");
    (name === undefined ? outside.stderr : outside.stdout).write(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === (name === "--version" ? "version" : name));
  if (command === undefined) {
    throw new AppError("USAGE", `There is no command "${name}"`, { hint: didYouMean(name, COMMANDS.map((known) => known.name)) ?? "remora --help lists the commands" });
  }
  const { flags, positionals } = parse(command, args);
  if (flags.help === true) {
    const { commandHelp } = await import("./help.ts");
    outside.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(invocation(outside, flags, positionals));
}

function invocation(outside: Outside, flags: Readonly<Record<string, FlagValue>>, positionals: readonly string[]): Invocation {
  const verbose = flags.verbose === true;
  return {
    outside,
    flags,
    positionals,
    verbose,
    log: ({ level, format }) =>
      createLogger({
        level: verbose ? "debug" : level,
        format: format === "json" ? json : logfmt,
        write: (line) => outside.stderr.write(line),
        clock: outside.ports.clock,
      }),
  };
}

function parse(command: CommandDefinition, args: readonly string[]): { flags: Record<string, FlagValue>; positionals: string[] } {
  const settings = command.settings ? settingFlags() : [];
  const known = new Map([...settings, ...command.flags, ...COMMON_FLAGS].map((flag) => [flag.flag, flag]));
  const options = Object.fromEntries(
    [...known.values()].map((flag) => [flag.flag, { type: flag.type, ...("multiple" in flag && flag.multiple ? { multiple: true } : {}), ...(flag.flag === "help" ? { short: "h" } : {}) }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { flags: { ...values } as Record<string, FlagValue>, positionals };
  } catch (thrown) {
    throw usageError(thrown, [...known.keys()], command.name);
  }
}

function usageError(thrown: unknown, known: readonly string[], command: string): AppError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [, unknown] = /Unknown option '--?([^'=]+)/.exec(message) ?? [];
  const help = `remora ${command} --help lists the flags`;
  if (unknown === undefined) return new AppError("USAGE", message.split(". ")[0] ?? message, { hint: help });
  return new AppError("USAGE", `There is no flag "--${unknown}"`, { hint: didYouMean(`--${unknown}`, known.map((flag) => `--${flag}`)) ?? help });
}
