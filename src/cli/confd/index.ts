import { AppError, describeError, toAppError } from "../../core/error.ts";
import type { Preview } from "../../engine/preview.ts";
import type { FlagValue, Invocation, Outside } from "../command.ts";
import { type Arguments, type Line, parseArguments } from "./arguments.ts";
import { BACKEND_WORDS, type Values } from "./backends.ts";
import { inConfdsWords, speaking } from "./hints.ts";
import { type Translated, translate } from "./translate.ts";

const PREFLIGHT_TIMEOUT = "10s";
const FAILED = 1;
/** Each line's status for a command line that is wrong. */
const USAGE_STATUS: Readonly<Record<Line, number>> = { original: 2, fork: 80 };

/** Does what confd would do with these arguments, its configuration and its resources. */
export async function confd(invocation: Invocation): Promise<number> {
  const { outside, positionals } = invocation;
  let line: Line = lineOf(positionals);
  let values: Values | undefined;
  try {
    const args = parseArguments(positionals);
    line = args.line;
    if (args.help) return await help(outside);
    if (args.given.get("version") === true) return version(outside);
    const translated = await translate(args, outside);
    values = translated.values;
    return await perform(args, translated, invocation);
  } catch (thrown) {
    const error = toAppError(thrown);
    return tell([error], line, outside, values);
  }
}

/** What is asked for, the first of these. */
async function perform({ line }: Arguments, translated: Translated, given: Invocation): Promise<number> {
  const { values } = translated;
  const invocation = inRemorasWords(given, translated);
  if (values.yes("check-config") || values.yes("validate")) return look(invocation, values.text("mock-data"));
  if (values.yes("preflight")) return preflight(invocation, values.text("preflight-timeout") ?? PREFLIGHT_TIMEOUT);
  if (values.yes("onetime") || values.yes("noop")) return once(invocation, translated, line);
  const { run } = await import("../commands/run.ts");
  return run(invocation);
}

function inRemorasWords(invocation: Invocation, { flags, compatible, warnings, values }: Translated): Invocation {
  const untold = [...warnings];
  const log: Invocation["log"] = (settings) => {
    const logger = invocation.log(settings);
    // Told once, by whoever logs first.
    for (const warning of untold.splice(0)) logger.warn("Configuration is odd", { warning });
    return speaking(logger, values);
  };
  return { ...invocation, log, positionals: [], flags, compatible };
}

function withFlags(invocation: Invocation, flags: Readonly<Record<string, FlagValue>>): Invocation {
  return { ...invocation, flags: { ...invocation.flags, ...flags } };
}

async function look(invocation: Invocation, mockData: string | undefined): Promise<number> {
  const { check } = await import("../commands/check.ts");
  return plain(await check(withFlags(inConfdsVoice(invocation), mockData === undefined ? {} : { "with-values": mockData, "no-check-cmd": true })));
}

async function preflight(invocation: Invocation, timeout: string): Promise<number> {
  const { check } = await import("../commands/check.ts");
  return plain(await check(withFlags(inConfdsVoice(invocation), { online: true, timeout })));
}

/** Others' commands say "remora: " before an error. */
function inConfdsVoice(invocation: Invocation): Invocation {
  const { stderr } = invocation.outside;
  return { ...invocation, outside: { ...invocation.outside, stderr: { ...stderr, write: (text) => stderr.write(text.replaceAll(/^remora: /gm, "confd: ")) } } };
}

function plain(status: number): number {
  return status === 0 ? 0 : FAILED;
}

async function once(invocation: Invocation, { values }: Translated, line: Line): Promise<number> {
  const { renderUnits, showDiffs } = await import("../commands/render.ts");
  const { outside } = invocation;
  const coloured = { outside: { ...outside, stdout: { ...outside.stdout, colour: values.yes("color") } } };
  const context = values.text("diff-context");
  const show = async (previews: readonly Preview[]) => {
    if (values.yes("diff")) await showDiffs(coloured, previews, context === undefined ? undefined : Number(context));
    else for (const { target } of previews) outside.stdout.write(`${target} would change\n`);
  };
  const { errors } = await renderUnits(withFlags(invocation, values.yes("noop") ? { "dry-run": true } : {}), { show, failFast: values.text("failure-mode") === "fail-fast" });
  return tell(errors, line, outside, values);
}

/** Prints each error once; the first one decides the exit status, which in the fork is that of the command that failed. */
function tell(errors: readonly AppError[], line: Line, { stderr }: Outside, values?: Values): number {
  for (const text of new Set(errors.map((error) => describeError(inConfdsWords(error, values))))) stderr.write(`confd: error: ${text}\n`);
  const [first] = errors;
  if (first === undefined) return 0;
  if (first.code === "USAGE") return USAGE_STATUS[line];
  if (line === "fork" && first.status !== undefined) return first.status;
  return Object.hasOwn(first.cause ?? {}, "exit") ? (first.cause as { exit: number }).exit : FAILED;
}

/** Which line a command line that cannot be read is one of: who writes with one dash, or names the backend by a flag, knows the original. */
function lineOf(args: readonly string[]): Line {
  if (args.some((arg) => /^--?backend\b/.test(arg))) return "original";
  return args.some((arg) => BACKEND_WORDS.includes(arg)) || !args.some((arg) => /^-\w{2}/.test(arg)) ? "fork" : "original";
}

async function help({ stdout }: Outside): Promise<number> {
  const [{ commandHelp }, { CONFD_COMMAND }] = await Promise.all([import("../help.ts"), import("../commands/confd.ts")]);
  stdout.write(commandHelp(CONFD_COMMAND));
  return 0;
}

function version({ stdout, version: own }: Outside): number {
  stdout.write(`confd as Remora ${own} has it, which reads what confd 0.16 and 0.41 read\n`);
  return 0;
}
