import type { App } from "../core/app.ts";
import type { Dependency } from "../core/dependency.ts";
import { bytesToText, textToBytes } from "../core/text.ts";
import type { AppError } from "../core/error.ts";
import { toAppError } from "../core/error.ts";
import type { WrittenFile } from "../core/observer.ts";
import type { Ports } from "../core/ports.ts";
import type { Step } from "../core/status.ts";
import type { Command, TemplateSettings } from "../core/unit.ts";
import { compare, repair } from "../output/compare.ts";
import { checkFormat } from "../output/format.ts";
import type { Ownership } from "../output/ownership.ts";
import { type StagedFile, stage } from "../output/staged-file.ts";
import type { State } from "../output/state-file.ts";
import { checkCommand } from "./check.ts";
import { commitUnit, rowOf } from "./commit-unit.ts";
import { type Fill, isNewFill, recordFill } from "./empty-guard.ts";
import { warnOfExposure } from "./exposed-targets.ts";
import { type GoneItems, goneItems } from "./gone-items.ts";
import type { PlannedUnit } from "./plan.ts";
import type { ReloadLocks } from "./reload-lock.ts";
import type { RenderedText } from "./render-unit.ts";
import { itemFolders, stageDirectory } from "./stage-directory.ts";
import { watchWritten } from "./written-files.ts";

/** Of a target that holds what was sealed, unless another is set. */
const SECRET_MODE = 0o600;

export interface ApplyContext {
  readonly ports: Pick<Ports, "clock" | "files" | "log" | "random" | "spawner">;
  readonly state: State;
  readonly ownership: Ownership;
  readonly stateDir: string;
  /** The environment that commands are given. */
  readonly commandEnv: Readonly<Record<string, string>>;
  readonly hash: (content: Uint8Array) => string;
  /** Called as something new is staged, checked and written. */
  readonly onStep?: ((step: "rendered" | "checking" | "writing") => void) | undefined;
  /** Called with what was written. */
  readonly onWritten?: ((files: readonly WrittenFile[]) => void) | undefined;
  /** The app that is supervised. */
  readonly app?: App | undefined;
  /** The locks that reloads run under. */
  readonly locks?: ReloadLocks | undefined;
}

export type ApplyOutcome =
  | { readonly kind: "unchanged" }
  | { readonly kind: "committed"; readonly targets: readonly string[] }
  | { readonly kind: "failed"; readonly step: Step; readonly error: AppError };

/** That of a unit of the app's own, which may take up what there is and need more. */
export type OwnOutcome = ApplyOutcome | { readonly kind: "waiting"; readonly missing: readonly Dependency[]; readonly error: AppError };

/** What all templates of a unit came to. */
export interface Rendered {
  readonly texts: readonly RenderedText[];
  readonly fill: Fill;
}

/** A target as it is to be. */
export interface Candidate {
  readonly settings: TemplateSettings;
  readonly target: string;
  readonly content: Uint8Array;
  readonly hash: string;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** It holds what was sealed. */
  readonly sensitive: boolean;
  /** It is the file of an item. */
  readonly each: boolean;
}

/** Brings the targets of a unit to what was rendered: stage all, check all, commit all, files of items that went removed. A failure leaves every target as it was. */
export async function applyUnit(planned: PlannedUnit, { texts, fill }: Rendered, context: ApplyContext, signal: AbortSignal): Promise<ApplyOutcome> {
  let step: Step = "stage";
  try {
    const candidates = await Promise.all(texts.map((text) => candidate(text, context)));
    const changed = await changedOnes(candidates, context);
    const gone = await goneItems(planned, candidates.map(({ target }) => target), context);
    if (changed.length === 0 && gone.removals.length === 0) {
      await remember(planned, candidates, gone, fill, context);
      return { kind: "unchanged" };
    }
    context.onStep?.("rendered");
    await using staged = await stageAll(changed, context);
    step = "check";
    context.onStep?.("checking");
    await checkAll(planned, candidates, staged.files, context, signal);
    step = "commit";
    context.onStep?.("writing");
    const written = context.onWritten && (await watchWritten(changed, context));
    await commitUnit(planned, { changed, staged: staged.files, gone, fill }, context);
    if (written !== undefined) context.onWritten?.(await written());
    return { kind: "committed", targets: changed.map(({ target }) => target) };
  } catch (thrown) {
    signal.throwIfAborted();
    return { kind: "failed", step, error: toAppError(thrown, step === "check" ? "CHECK_FAILED" : "TARGET_FAILED") };
  }
}

async function candidate({ settings, text, opened }: RenderedText, { ownership, hash, ports }: ApplyContext): Promise<Candidate> {
  const { dest, owner, group } = settings;
  const sensitive = opened.length > 0;
  const mode = settings.mode ?? (sensitive ? SECRET_MODE : undefined);
  const content = textToBytes(text);
  if (sensitive) warnOfExposure(dest, mode, ports);
  const [uid, gid] = await Promise.all([ownership.uid(owner, dest), ownership.gid(group, dest)]);
  return { settings, target: dest, content, hash: hash(content), mode, uid, gid, sensitive, each: settings.forEach !== undefined };
}

/** Those whose content differs; a mode or owner that is off is put right on the way. */
async function changedOnes(candidates: readonly Candidate[], { ports, hash }: ApplyContext): Promise<Candidate[]> {
  const differences = await Promise.all(candidates.map((each) => compare(ports.files, each, hash)));
  await Promise.all(
    candidates.map(async (each, index) => {
      if (differences[index] !== "metadata") return;
      await repair(ports.files, each);
      ports.log.info("Repaired mode or owner", { target: each.target });
    }),
  );
  return candidates.filter((_, index) => differences[index] === "content");
}

async function stageAll(changed: readonly Candidate[], { ports, stateDir, hash }: ApplyContext): Promise<{ readonly files: readonly StagedFile[] } & AsyncDisposable> {
  const outcomes = await Promise.allSettled(changed.map((each) => stage(each, { ...ports, fallbackDir: `${stateDir}/staged`, hash })));
  const files = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const discard = async () => void (await Promise.all(files.map((file) => file.discard())));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed?.status === "rejected") {
    await discard();
    throw failed.reason;
  }
  return { files, [Symbol.asyncDispose]: discard };
}

async function checkAll({ unit }: PlannedUnit, candidates: readonly Candidate[], staged: readonly StagedFile[], context: ApplyContext, signal: AbortSignal): Promise<void> {
  const stagedPath = new Map(staged.map((file) => [file.target, file.path]));
  const run = (command: Command, names: Readonly<Record<string, string>>) => checkCommand(command, names, unit, context, signal);
  for (const { settings, target, content, sensitive } of candidates) {
    const src = stagedPath.get(target);
    if (settings.format !== undefined && src !== undefined) await checkFormat(settings.format, bytesToText(content), { target, sensitive });
    if (settings.check && src !== undefined) await run(settings.check, { src, dest: target });
  }
  if (unit.check === undefined) return;
  await using directory = await stageDirectory(candidates.map(({ target, each }) => ({ target, each, path: stagedPath.get(target) ?? target })), itemFolders(unit), context);
  await run(unit.check, { stage: directory.path });
}

/**
 * Targets that hold what was rendered without having been written now. One that Remora did not know counts as applied;
 * one that it wrote otherwise was changed by somebody else, and nobody knows whether the service has seen it.
 */
async function remember({ unit }: PlannedUnit, candidates: readonly Candidate[], gone: GoneItems, fill: Fill, { state, ports }: ApplyContext): Promise<void> {
  const others = candidates.filter(({ target, hash, each }) => state.data.targets[target]?.written !== hash || (state.data.targets[target]?.each ?? false) !== each);
  if (others.length === 0 && gone.forgotten.length === 0 && !isNewFill(unit, fill, state)) return;
  await state.update((data) => {
    recordFill(unit, fill, data);
    for (const target of gone.forgotten) delete data.targets[target];
    for (const candidate of others) {
      const row = data.targets[candidate.target];
      const { each: _, ...known } = row ?? {};
      if (row !== undefined && row.written !== candidate.hash && unit.reload !== undefined) data.due[unit.name] ??= { since: new Date(ports.clock.now()).toISOString(), attempts: 0, backups: {} };
      const isApplied = row === undefined || unit.reload === undefined;
      data.targets[candidate.target] = { ...known, ...rowOf(candidate, unit.name), ...(isApplied ? { applied: candidate.hash } : {}) };
    }
  });
}
