import type { Configuration, Settings } from "../../core/configuration.ts";
import { AppError } from "../../core/error.ts";
import type { Opener } from "../../core/opener.ts";
import type { TemplateEngine } from "../../core/template.ts";
import type { Unit } from "../../core/unit.ts";
import { gatherRenderings } from "../../engine/gather.ts";
import type { Mirrors } from "../../engine/mirrors.ts";
import { makePlan, type PlannedUnit } from "../../engine/plan.ts";
import type { UnitRendering } from "../../engine/render-unit.ts";
import type { Outside } from "../command.ts";
import type { Candidates } from "../../migrate/index.ts";
import { findSamples, renderSamples } from "./sample-search.ts";

/** A unit of one template, as it was and as it is to be. */
export interface Pair {
  readonly old: Unit;
  readonly new: Unit;
  /** What may make the old one render. */
  readonly candidates: Candidates;
}

export type Proof =
  | { readonly kind: "equal"; readonly sets: number; readonly bytes: number; readonly given: boolean }
  | { readonly kind: "differs" | "unknown"; readonly reason: string };

/** Values that were given, beside those that are made up. */
export interface Given {
  /** What they are called: a file, or a backend. */
  readonly label: string;
  readonly openMirrors: () => Mirrors;
}

export interface ProveOptions {
  readonly settings: Settings;
  readonly engine: TemplateEngine;
  readonly templatesDir: string;
  readonly given: Given | undefined;
  readonly outside: Outside;
  readonly ports: Parameters<typeof gatherRenderings>[0]["context"]["ports"];
}

/** Renders each pair from the same values, and tells whether the bytes are equal. */
export async function prove(pairs: readonly Pair[], options: ProveOptions): Promise<readonly Proof[]> {
  const planned = pairs.map((pair) => ({ pair, plans: attempt(() => ({ old: plan(pair.old, options), new: plan(pair.new, options) })) }));
  await options.engine.ready?.();
  const found = await fromGiven(planned.flatMap(({ plans }) => (plans instanceof AppError ? [] : [plans.old, plans.new])), options);
  return planned.map(({ pair, plans }) => (plans instanceof AppError ? { kind: "unknown", reason: plans.message } : proofOf(pair, plans, found, options)));
}

interface Plans {
  readonly old: PlannedUnit;
  readonly new: PlannedUnit;
}

function proofOf({ candidates }: Pair, plans: Plans, found: ReadonlyMap<PlannedUnit, UnitRendering>, { outside }: ProveOptions): Proof {
  const context = { opener: CLOSED, env: outside.env, now: () => NOW };
  const made = findSamples(plans.old, candidates, context).map((samples) => [renderSamples(plans.old, samples, context), renderSamples(plans.new, samples, context)] as const);
  const [old, now] = [found.get(plans.old), found.get(plans.new)];
  const given = old?.kind === "rendered" && now !== undefined ? [[old, now] as const] : [];
  const all = [...given, ...made];
  const wrong = all.map(([before, after]) => difference(before, after)).find((reason) => reason !== undefined);
  if (wrong !== undefined) return { kind: "differs", reason: wrong };
  if (all.length > 0) return { kind: "equal", sets: all.length, bytes: Math.max(...all.map(([before]) => bytesOf(before))), given: given.length > 0 };
  const why = old?.kind === "failed" ? old.error.message : "no values were found that it renders from";
  return { kind: "unknown", reason: `${why}; give some with --values` };
}

function difference(before: UnitRendering, after: UnitRendering): string | undefined {
  if (before.kind !== "rendered") return undefined;
  if (after.kind === "failed") return `nunjucks fails where Go does not: ${after.error.message}`;
  if (after.kind !== "rendered") return "nunjucks asks for other keys";
  const [old, now] = [textOf(before), textOf(after)];
  if (old === now) return undefined;
  const at = [...old].findIndex((char, index) => now[index] !== char);
  return `nunjucks gives other bytes, first in line ${old.slice(0, Math.max(at, 0)).split("\n").length} of what is rendered`;
}

function textOf(rendering: UnitRendering): string {
  return rendering.kind === "rendered" ? rendering.texts.map(({ text }) => text).join("") : "";
}

function bytesOf(rendering: UnitRendering): number {
  return Buffer.byteLength(textOf(rendering));
}

async function fromGiven(units: readonly PlannedUnit[], { given, settings, outside, ports, templatesDir }: ProveOptions): Promise<ReadonlyMap<PlannedUnit, UnitRendering>> {
  if (given === undefined || units.length === 0) return new Map();
  const configuration: Configuration = { settings, units: units.map(({ unit }) => unit), templatesDir };
  const { renderings, unanswered } = await gatherRenderings({ plan: { configuration, units, app: [] }, openMirrors: given.openMirrors, context: { ports }, opener: CLOSED, env: outside.env, timeout: settings.timeout, wait: 0, signal: new AbortController().signal });
  if (unanswered !== undefined) throw unanswered;
  return new Map(renderings.map(({ planned, rendering }) => [planned, rendering]));
}

function plan(unit: Unit, { settings, engine, templatesDir }: ProveOptions): PlannedUnit {
  const { plan: made, broken } = makePlan({ settings, units: [unit], templatesDir }, engine);
  const [planned] = made.units;
  if (planned === undefined) throw broken[0] ?? new AppError("INTERNAL", `Cannot plan unit "${unit.name}"`);
  return planned;
}

function attempt<T>(step: () => T): T | AppError {
  try {
    return step();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
}

const NOW = new Date(Date.UTC(2024, 0, 31, 12));

/** Sealed values stay sealed: nothing of them is needed to compare two templates. */
const CLOSED: Opener = {
  opened: ({ entry }) => ({ kind: "refused", error: new AppError("SECRET_KEY_MISSING", `The value of "${entry.key}" is sealed`) }),
  prepare: async () => {},
};
