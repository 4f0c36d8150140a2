import { AppError, describeError, reason, toAppError } from "../../core/error.ts";
import type { Preview } from "../../engine/preview.ts";
import type { Invocation, Outside } from "../command.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { WITHOUT_END } from "./retry.ts";
import { type Translated, translate } from "./translate.ts";

/** consul-template's own statuses. */
const STATUS = { interrupted: 12, flags: 13, failed: 14, configuration: 15 };

/** Does what consul-template would do with these arguments and its configuration. */
export async function consulTemplate(invocation: Invocation): Promise<number> {
  const { outside, positionals } = invocation;
  try {
    const args = parseArguments(positionals);
    if (args.help) return await help(outside);
    if (args.given.get("version") === true) return version(outside);
    return await perform(args, await translate(args.given, outside), invocation);
  } catch (thrown) {
    return tell([toAppError(thrown)], outside);
  }
}

/** What is asked for, the first of these. */
async function perform({ given }: Arguments, translated: Translated, original: Invocation): Promise<number> {
  const invocation = inRemorasWords(original, translated);
  await using _ = await pidFile(translated.pidFile, original.outside);
  if (translated.parseOnly) {
    const { check } = await import("../commands/check.ts");
    return (await check(invocation)) === 0 ? 0 : STATUS.configuration;
  }
  const dry = given.get("dry") === true;
  if (translated.once) {
    const status = await once(invocation, dry, translated.patience);
    if (status !== 0 || dry || translated.app === undefined) return status;
  }
  const { run } = await import("../commands/run.ts");
  // After -once nothing is followed, and the app runs to its end.
  const status = await run(translated.once ? { ...invocation, compatible: { ...translated.compatible, unitFiles: async () => [] } } : invocation);
  return translated.app === undefined && status === 0 ? STATUS.interrupted : status;
}

function inRemorasWords(invocation: Invocation, { flags, compatible, warnings, app, contentsOf, killSignal, reloadSignal }: Translated): Invocation {
  const { outside } = invocation;
  const untold = [...warnings];
  const log: Invocation["log"] = (settings) => {
    const logger = invocation.log(settings);
    // Told once, by whoever logs first.
    for (const warning of untold.splice(0)) logger.warn("Configuration is odd", { warning });
    return logger;
  };
  const others: Readonly<Record<string, readonly string[]>> = { SIGINT: named(killSignal), SIGHUP: named(reloadSignal) };
  const taken = Object.values(others).flat();
  const onSignal: Outside["onSignal"] = (name, callback) => {
    // What means something to this program is not handed on to the app.
    const names = new Set(others[name] === undefined && taken.includes(name) ? [] : [name, ...(others[name] ?? [])]);
    const ends = [...names].map((each) => outside.onSignal(each, callback));
    return () => ends.forEach((end) => end());
  };
  return { ...invocation, log, outside: { ...outside, onSignal, readFileNow: (path) => contentsOf(path) ?? outside.readFileNow(path) }, positionals: app ?? [], rest: app, flags, compatible };
}

/** "TERM" and "SIGTERM" are the same; the empty text is none. */
function named(signal: string | undefined): readonly string[] {
  return signal === undefined || signal === "" ? [] : [`SIG${signal.toUpperCase().replace(/^SIG/, "")}`];
}

async function once(invocation: Invocation, dry: boolean, patience: string): Promise<number> {
  const { renderUnits } = await import("../commands/render.ts");
  const { outside } = invocation;
  const show = async (previews: readonly Preview[]) => {
    for (const { target, after, sensitive } of previews) outside.stdout.write(`> ${target}\n${sensitive ? "(withheld: it holds a secret)" : new TextDecoder().decode(after)}`);
  };
  const { errors } = await renderUnits({ ...invocation, flags: { ...invocation.flags, wait: WITHOUT_END, timeout: patience, ...(dry ? { "dry-run": true } : {}) } }, { show, failFast: false });
  return tell(errors, outside);
}

/** Prints each error once; the first one decides the exit status. */
function tell(errors: readonly AppError[], { stderr }: Outside): number {
  for (const text of new Set(errors.map(describeError))) stderr.write(`consul-template: error: ${text}\n`);
  const [first] = errors;
  if (first === undefined) return 0;
  if (first.code === "USAGE") return STATUS.flags;
  if (first.code === "CONFIG_INVALID") return STATUS.configuration;
  return Object.hasOwn(first.cause ?? {}, "signal") ? STATUS.interrupted : STATUS.failed;
}

async function pidFile(path: string | undefined, { ports: { files }, pid }: Outside): Promise<AsyncDisposable> {
  if (path === undefined) return { async [Symbol.asyncDispose]() {} };
  try {
    await files.remove(path);
    await using file = await files.create(path, 0o644);
    await file.write(new TextEncoder().encode(`${pid}\n`));
  } catch (thrown) {
    throw new AppError("TARGET_FAILED", `Cannot write the pid file "${path}": ${reason(thrown)}`, { hint: "Make its directory, or name another file by -pid-file", cause: thrown });
  }
  return { [Symbol.asyncDispose]: () => files.remove(path) };
}

async function help({ stdout }: Outside): Promise<number> {
  const [{ commandHelp }, { CONSUL_TEMPLATE_COMMAND }] = await Promise.all([import("../help.ts"), import("../commands/consul-template.ts")]);
  stdout.write(commandHelp(CONSUL_TEMPLATE_COMMAND));
  return 0;
}

function version({ stdout, version: own }: Outside): number {
  stdout.write(`consul-template as Remora ${own} has it\n`);
  return 0;
}
