import { parseArgs } from "node:util";
import { settingFlags } from "../config/settings.ts";
import { AppError, describeError, toAppError } from "../core/error.ts";
import { didYouMean } from "../core/suggest.ts";
import { json } from "../log/json.ts";
import { logfmt } from "../log/logfmt.ts";
import { createLogger, type LogRecord } from "../log/logger.ts";
import { createMask, type PrintMask } from "../log/mask.ts";
import { COMMANDS } from "./commands/index.ts";
import { asksForOverview, overview } from "./overview.ts";
import type { CommandDefinition, CommandFlag, FlagValue, Invocation, Outside, Terminal } from "./command.ts";

/** Flags that every command takes. */
export const COMMON_FLAGS: readonly CommandFlag[] = [
  { flag: "verbose", type: "boolean", doc: "Log everything: --log-level debug" },
  { flag: "help", type: "boolean", doc: "Print this" },
];

/** Runs the command that the arguments name; answers the exit status and never throws. */
export async function runCli(unmasked: Outside): Promise<number> {
  const mask = createMask();
  const outside = { ...unmasked, stdout: masked(unmasked.stdout, mask), stderr: masked(unmasked.stderr, mask), openServiceManager: maskedManager(unmasked, mask) };
  try {
    return await dispatch(outside, mask);
  } catch (thrown) {
    const error = toAppError(thrown);
    outside.stderr.write(`remora: ${describeError(error)}\n`);
    if (error.code === "INTERNAL" && thrown instanceof Error) outside.stderr.write(`${thrown.stack ?? ""}\n`);
    return error.exit;
  }
}

async function dispatch(outside: Outside, mask: PrintMask): Promise<number> {
  const [name] = outside.args;
  if (name === undefined || asksForOverview(outside.args)) {
    (name === undefined ? outside.stderr : outside.stdout).write(overview());
    return name === undefined ? 2 : 0;
  }
  const { command, args } = commandOf(name === "help" ? [...outside.args.slice(1), "--help"] : outside.args);
  if (command === undefined) {
    const { familyHelp } = await import("./help.ts");
    const wanted = args.includes("--help") || args.includes("-h");
    (wanted ? outside.stdout : outside.stderr).write(familyHelp(name === "help" ? (outside.args[1] ?? "") : name));
    return wanted ? 0 : 2;
  }
  if (command.raw === true) return command.run(invocation(outside, { flags: {}, positionals: args, rest: undefined }, mask));
  const { flags, positionals, rest } = parse(command, args);
  if (flags.help === true) {
    const { commandHelp } = await import("./help.ts");
    outside.stdout.write(commandHelp(command));
    return 0;
  }
  // What is too much is not shown: it may be a password that somebody meant to seal.
  if (positionals.length > 0 && command.positionals !== true) throw new AppError("USAGE", `"${command.name}" takes nothing but flags`, { hint: usageOf(command) });
  try {
    return await command.run(invocation(outside, { flags, positionals, rest }, mask));
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "USAGE" && thrown.hint === undefined) throw new AppError("USAGE", thrown.message, { hint: usageOf(command), cause: thrown });
    throw thrown;
  }
}

function usageOf({ name, usage }: CommandDefinition): string {
  return `remora ${name} ${usage}`.trimEnd();
}

/** The command of the first word or the first two, and what follows; without one for a family, "secret", that says nothing more. Throws USAGE. */
function commandOf([name = "", ...rest]: readonly string[]): { readonly command: CommandDefinition | undefined; readonly args: readonly string[] } {
  const single = COMMANDS.find((candidate) => candidate.name === (name === "--version" ? "version" : name));
  if (single !== undefined) return { command: single, args: rest };
  const family = COMMANDS.filter((candidate) => candidate.name.startsWith(`${name} `));
  const [second, ...args] = rest;
  const names = (family.length > 0 ? family : COMMANDS).map((known) => known.name);
  const command = family.find((candidate) => candidate.name === `${name} ${second}`);
  if (command !== undefined) return { command, args };
  if (family.length > 0 && (second === undefined || second.startsWith("-"))) return { command: undefined, args: rest };
  const wrong = family.length > 0 ? `${name} ${second}` : name;
  throw new AppError("USAGE", `There is no command "${wrong}"`, { hint: didYouMean(wrong, names) ?? `remora ${family.length > 0 ? `${name} ` : ""}--help lists the commands` });
}

type Arguments = Pick<Invocation, "flags" | "positionals" | "rest">;

function invocation(outside: Outside, given: Arguments, mask: PrintMask): Invocation {
  const verbose = given.flags.verbose === true;
  const listeners: ((record: LogRecord) => void)[] = [];
  return {
    outside,
    ...given,
    verbose,
    mask,
    onLog: (listener) => void listeners.push(listener),
    log: ({ level, format }) =>
      createLogger({
        level: verbose ? "debug" : level,
        format: format === "json" ? json : logfmt,
        write: (line) => outside.stderr.write(line),
        clock: outside.ports.clock,
        onRecord: (record) => listeners.forEach((listener) => listener(record)),
      }),
  };
}

function masked(terminal: Terminal, mask: PrintMask): Terminal {
  return { ...terminal, write: (text) => terminal.write(mask.cover(text)) };
}

function maskedManager({ openServiceManager }: Outside, mask: PrintMask): Outside["openServiceManager"] {
  return async (socket) => {
    const manager = await openServiceManager(socket);
    return { ...manager, tell: (message) => manager.tell(mask.cover(message)) };
  };
}

function parse(command: CommandDefinition, args: readonly string[]): Arguments {
  const settings = command.settings ? settingFlags() : [];
  const known = new Map([...settings, ...command.flags, ...COMMON_FLAGS].map((flag) => [flag.flag, flag]));
  const options = Object.fromEntries(
    [...known.values()].map((flag) => [flag.flag, { type: flag.type, ...("multiple" in flag && flag.multiple ? { multiple: true } : {}), ...(flag.flag === "help" ? { short: "h" } : {}) }]),
  );
  try {
    const { values, positionals, tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });
    const end = tokens.find(({ kind }) => kind === "option-terminator");
    return { flags: { ...values } as Record<string, FlagValue>, positionals, rest: end && args.slice(end.index + 1) };
  } catch (thrown) {
    throw usageError(thrown, [...known.keys()], command.name);
  }
}

function usageError(thrown: unknown, known: readonly string[], command: string): AppError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [, unknown] = /Unknown option '(--?[^'=]+)/.exec(message) ?? [];
  const help = `remora ${command} --help lists the flags`;
  const [, flag] = /Option '(?:-\w, )?(--[^ ']+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(message) ?? [];
  if (flag !== undefined) return new AppError("USAGE", `${flag}: its value is missing`, { hint: `Write ${flag} VALUE, or ${flag}=VALUE where it begins with "-"; ${help}` });
  if (unknown === undefined) return new AppError("USAGE", message.split(". ")[0] ?? message, { hint: help });
  return new AppError("USAGE", `There is no flag "${unknown}"`, { hint: didYouMean(unknown, known.map((flag) => `--${flag}`)) ?? help });
}
