import type { App } from "../core/app.ts";
import type { AppError } from "../core/error.ts";
import { toAppError } from "../core/error.ts";
import type { Ports } from "../core/ports.ts";
import type { Step } from "../core/status.ts";
import type { Command } from "../core/unit.ts";
import { compare, repair } from "../output/compare.ts";
import type { Ownership } from "../output/ownership.ts";
import { type StagedFile, stage } from "../output/staged-file.ts";
import type { State } from "../output/state-file.ts";
import { backUp, restore } from "./backups.ts";
import { checkCommand } from "./check.ts";
import { type Fill, isNewFill, recordFill } from "./empty-guard.ts";
import { warnOfExposure } from "./exposed-targets.ts";
import type { PlannedTemplate, PlannedUnit } from "./plan.ts";
import type { RenderedText } from "./render-unit.ts";
import { stageDirectory } from "./stage-directory.ts";

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
  /** The app that is supervised. */
  readonly app?: App | undefined;
}

export type ApplyOutcome =
  | { readonly kind: "unchanged" }
  | { readonly kind: "committed"; readonly targets: readonly string[] }
  | { readonly kind: "failed"; readonly step: Step; readonly error: AppError };

/** What all templates of a unit came to. */
export interface Rendered {
  readonly texts: readonly RenderedText[];
  readonly fill: Fill;
}

interface Candidate {
  readonly template: PlannedTemplate;
  readonly target: string;
  readonly content: Uint8Array;
  readonly hash: string;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** It holds what was sealed. */
  readonly sensitive: boolean;
}

/** Brings the targets of a unit to what was rendered: stage all, check all, commit all. A failure leaves every target as it was. */
export async function applyUnit(planned: PlannedUnit, { texts, fill }: Rendered, context: ApplyContext, signal: AbortSignal): Promise<ApplyOutcome> {
  let step: Step = "stage";
  try {
    const candidates = await Promise.all(planned.templates.map((template, index) => candidate(template, texts[index], context)));
    const changed = await changedOnes(candidates, context);
    if (changed.length === 0) {
      await remember(planned, candidates, fill, context);
      return { kind: "unchanged" };
    }
    await using staged = await stageAll(changed, context);
    step = "check";
    await checkAll(planned, candidates, staged.files, context, signal);
    step = "commit";
    await commitAll(planned, changed, staged.files, fill, context);
    return { kind: "committed", targets: changed.map(({ target }) => target) };
  } catch (thrown) {
    signal.throwIfAborted();
    return { kind: "failed", step, error: toAppError(thrown, step === "check" ? "CHECK_FAILED" : "TARGET_FAILED") };
  }
}

async function candidate(template: PlannedTemplate, { text, opened }: RenderedText = { text: "", opened: [] }, { ownership, hash, ports }: ApplyContext): Promise<Candidate> {
  const { dest, owner, group } = template.settings;
  const sensitive = opened.length > 0;
  const mode = template.settings.mode ?? (sensitive ? SECRET_MODE : undefined);
  const content = new TextEncoder().encode(text);
  if (sensitive) warnOfExposure(dest, mode, ports);
  const [uid, gid] = await Promise.all([ownership.uid(owner), ownership.gid(group)]);
  return { template, target: dest, content, hash: hash(content), mode, uid, gid, sensitive };
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
  for (const { template, target } of candidates) {
    const src = stagedPath.get(target);
    if (template.settings.check && src !== undefined) await run(template.settings.check, { src, dest: target });
  }
  if (unit.check === undefined) return;
  await using directory = await stageDirectory(candidates.map(({ target }) => ({ target, path: stagedPath.get(target) ?? target })), context);
  await run(unit.check, { stage: directory.path });
}

/** The journal first, so that a kill between two renames is rolled forward by the next start. */
async function commitAll({ unit }: PlannedUnit, changed: readonly Candidate[], staged: readonly StagedFile[], fill: Fill, context: ApplyContext): Promise<void> {
  const { state, ports } = context;
  const rollsBack = unit.onReloadFailure === "rollback" && unit.reload !== undefined;
  const backups = rollsBack || changed.length > 1 ? await backUp(changed.map(({ target }) => target), context) : {};
  await state.update((data) => {
    data.journal[unit.name] = {
      reload: unit.reload !== undefined,
      files: staged.map(({ target, realTarget, path, hash }) => ({ target, realTarget, staged: path, hash, backup: backups[target] ?? null })),
    };
  });
  await swapAll(unit.name, staged, backups, context);
  // While a reload is due, the copy from before it is the one of what is running.
  const running = state.data.due[unit.name]?.backups ?? {};
  await state.update((data) => {
    delete data.journal[unit.name];
    recordFill(unit, fill, data);
    for (const { target, hash, sensitive } of changed) {
      data.targets[target] = { ...data.targets[target], unit: unit.name, written: hash, ...(unit.reload === undefined ? { applied: hash } : {}), ...(sensitive ? { sensitive } : {}) };
    }
    const due = data.due[unit.name];
    const since = due?.since ?? new Date(ports.clock.now()).toISOString();
    if (unit.reload !== undefined) data.due[unit.name] = { since, attempts: due?.attempts ?? 0, backups: rollsBack ? { ...backups, ...running } : {} };
  });
  const superseded = Object.entries(backups).filter(([target]) => !rollsBack || running[target] !== undefined);
  await removeAll(superseded.map(([, path]) => path), context);
  ports.log.info("Committed", { unit: unit.name, targets: changed.map(({ target }) => target) });
}

/** Renames one after the other; when one fails, those before it get their former content back. */
async function swapAll(unit: string, staged: readonly StagedFile[], backups: Readonly<Record<string, string>>, context: ApplyContext): Promise<void> {
  const swapped: string[] = [];
  try {
    for (const file of staged) {
      await file.commit();
      swapped.push(file.target);
    }
  } catch (error) {
    await restore(Object.fromEntries(Object.entries(backups).filter(([target]) => swapped.includes(target))), context);
    await context.state.update((data) => {
      delete data.journal[unit];
    });
    await removeAll(Object.values(backups), context);
    throw error;
  }
}

async function removeAll(paths: readonly string[], { ports }: ApplyContext): Promise<void> {
  await Promise.all(paths.map((path) => ports.files.remove(path)));
}

/**
 * Targets that hold what was rendered without having been written now. One that Remora did not know counts as applied;
 * one that it wrote otherwise was changed by somebody else, and nobody knows whether the service has seen it.
 */
async function remember({ unit }: PlannedUnit, candidates: readonly Candidate[], fill: Fill, { state, ports }: ApplyContext): Promise<void> {
  const others = candidates.filter(({ target, hash }) => state.data.targets[target]?.written !== hash);
  if (others.length === 0 && !isNewFill(unit, fill, state)) return;
  await state.update((data) => {
    recordFill(unit, fill, data);
    for (const { target, hash, sensitive } of others) {
      const known = data.targets[target];
      if (known !== undefined && unit.reload !== undefined) data.due[unit.name] ??= { since: new Date(ports.clock.now()).toISOString(), attempts: 0, backups: {} };
      const isApplied = known === undefined || unit.reload === undefined;
      data.targets[target] = { ...known, unit: unit.name, written: hash, ...(isApplied ? { applied: hash } : {}), ...(sensitive ? { sensitive } : {}) };
    }
  });
}
