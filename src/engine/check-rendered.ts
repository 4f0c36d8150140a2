import { basename, dirname, join } from "node:path";
import { textToBytes } from "../core/text.ts";
import { type AppError, toAppError } from "../core/error.ts";
import { checkFormat } from "../output/format.ts";
import type { ApplyContext } from "./apply-unit.ts";
import { checkCommand } from "./check.ts";
import type { GatheredUnit } from "./gather.ts";
import { itemFolders } from "./stage-directory.ts";

type Rendered = Extract<GatheredUnit, { readonly kind: "rendered" }>;

/** Gives what a unit rendered to its check commands, in a directory of its own that is removed afterwards. Answers why it was refused. */
export async function checkRendered({ planned: { unit }, texts }: Rendered, directory: string, context: Pick<ApplyContext, "ports" | "commandEnv">, signal: AbortSignal): Promise<AppError | undefined> {
  const { files } = context.ports;
  try {
    await files.makeDirectory(directory, 0o700);
    for (const folder of itemFolders(unit)) await files.makeDirectory(join(directory, folder), 0o700);
    const written = texts.map(({ settings, text }, index) => ({ settings, text, path: join(directory, placeOf(settings, texts.map((each) => each.settings), index)) }));
    for (const { path, text } of written) {
      await files.makeDirectory(dirname(path), 0o700);
      await using file = await files.create(path, 0o600);
      await file.write(textToBytes(text));
    }
    for (const { settings, text } of written) if (settings.format !== undefined) await checkFormat(settings.format, text, { target: settings.dest, sensitive: false });
    for (const { settings, path } of written) if (settings.check !== undefined) await checkCommand(settings.check, { src: path, dest: settings.dest }, unit, context, signal);
    if (unit.check !== undefined) await checkCommand(unit.check, { stage: directory }, unit, context, signal);
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    return toAppError(thrown, "CHECK_FAILED");
  } finally {
    await files.remove(directory);
  }
}

/** As {{ stage }} shows it; of two files of one name, which a unit without {{ stage }} may have, the second is put aside. */
function placeOf({ dest, forEach }: Rendered["texts"][number]["settings"], all: readonly Rendered["texts"][number]["settings"][], index: number): string {
  if (forEach !== undefined) return join(basename(dirname(dest)), basename(dest));
  const first = all.findIndex((other) => other.forEach === undefined && basename(other.dest) === basename(dest));
  return first === index ? basename(dest) : join(`.${index}`, basename(dest));
}
