import { type Dependency, formatDependency } from "../core/dependency.ts";
import type { AppError } from "../core/error.ts";
import { isSpecial, ROOT } from "../core/key.ts";
import type { Opener, Sealed } from "../core/opener.ts";
import type { TemplateSettings } from "../core/unit.ts";
import type { Lookup } from "../template/index.ts";
import type { Fill } from "./empty-guard.ts";
import type { PlannedUnit } from "./plan.ts";
import { type RenderedPart, renderFiles } from "./render-files.ts";
import { renderRequirement } from "./requires.ts";

/** A file's text, with the sealed values that were opened for it. */
export interface RenderedText {
  /** Those of its template, with the file's own `dest`. */
  readonly settings: TemplateSettings;
  readonly text: string;
  readonly opened: readonly Sealed[];
}

/** The outcome of rendering all templates of a unit from one lookup. */
export type UnitRendering =
  | { readonly kind: "rendered"; readonly texts: readonly RenderedText[]; readonly fill: Fill; readonly used: readonly Dependency[]; readonly missing: readonly Dependency[] }
  | { readonly kind: "uncovered"; readonly wanted: readonly Dependency[] }
  | { readonly kind: "unopened"; readonly sealed: readonly Sealed[] }
  | {
      readonly kind: "failed";
      readonly error: AppError;
      readonly used: readonly Dependency[];
      readonly missing: readonly Dependency[];
      /** The missing keys that the unit cannot be rendered without. */
      readonly needed: readonly Dependency[];
    };

export interface RenderOptions {
  readonly lookup: Lookup;
  readonly opener: Opener;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

/** Renders every template of a unit, without a break, so that all of them see the same moment. */
export function renderUnit(planned: PlannedUnit, options: RenderOptions): UnitRendering {
  const { scope } = planned;
  const parts = renderFiles(planned, { ...options, prefix: scope.prefix, defaultBackend: scope.backend });
  const required = planned.requires && renderRequirement(planned.requires, `unit "${planned.unit.name}"`, { ...options, prefix: ROOT, defaultBackend: scope.backend });
  const renderings = [...(required === undefined ? [] : [required]), ...parts.map(({ rendering }) => rendering)];
  const wanted = renderings.flatMap((rendering) => (rendering.kind === "uncovered" ? rendering.wanted : []));
  if (wanted.length > 0) return { kind: "uncovered", wanted };
  const sealed = renderings.flatMap((rendering) => (rendering.kind === "unopened" ? rendering.sealed : []));
  if (sealed.length > 0) return { kind: "unopened", sealed };

  const settled = renderings.flatMap((rendering) => (rendering.kind === "uncovered" || rendering.kind === "unopened" ? [] : [rendering]));
  const used = settled.flatMap((rendering) => rendering.used);
  const missing = distinct(settled.flatMap((rendering) => rendering.missing));
  const failures = settled.flatMap((rendering) => (rendering.kind === "failed" ? [rendering] : []));
  const [failed] = failures;
  if (failed !== undefined) {
    // A render ends at the first key that it needs, so that is the last one it missed.
    const needed = failures.flatMap(({ error, missing }) => (error.code === "TEMPLATE_MISSING_KEY" ? missing.slice(-1) : error.code === "SERVICE_MISSING" ? missing : []));
    return { kind: "failed", error: failed.error, used, missing, needed: distinct(needed) };
  }
  return { kind: "rendered", texts: parts.flatMap(textOf), fill: fillOf(parts), used, missing };
}

function textOf(part: RenderedPart): readonly RenderedText[] {
  if (part.kind !== "file" || part.rendering.kind !== "rendered") return [];
  return [{ settings: part.settings, text: part.rendering.text, opened: [...part.opened, ...part.rendering.opened] }];
}

/** Lists are what can be empty: prefixes, services, names that resolve to addresses, and the items of for_each. */
function fillOf(parts: readonly RenderedPart[]): Fill {
  const rendered = parts.flatMap(({ kind, rendering }) => (kind === "file" && rendering.kind === "rendered" ? [rendering] : []));
  const items = parts.flatMap((part) => (part.kind === "items" ? [{ id: `for_each ${part.forEach}`, isEmpty: part.count === 0 }] : []));
  const empty = new Set([...rendered.flatMap((rendering) => rendering.empty.map(formatDependency)), ...items.filter(({ isEmpty }) => isEmpty).map(({ id }) => id)]);
  const lists = rendered.flatMap(({ used }) => used.filter(({ key, scope }) => scope === "prefix" || isSpecial(key)).map(formatDependency));
  return { empty: [...empty], filled: [...new Set([...lists, ...items.map(({ id }) => id)])].filter((id) => !empty.has(id)).sort() };
}

function distinct(dependencies: readonly Dependency[]): Dependency[] {
  return [...new Map(dependencies.map((dependency) => [formatDependency(dependency), dependency])).values()];
}
