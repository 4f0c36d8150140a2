import { type Dependency, formatDependency } from "../core/dependency.ts";
import type { AppError } from "../core/error.ts";
import { isSpecial } from "../core/key.ts";
import type { Opener, Sealed } from "../core/opener.ts";
import type { Rendering } from "../core/template.ts";
import { type Lookup, render } from "../template/index.ts";
import type { Fill } from "./empty-guard.ts";
import type { PlannedUnit } from "./plan.ts";

/** A file's text, with the sealed values that were opened for it. */
export interface RenderedText {
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
export function renderUnit({ templates, scope }: PlannedUnit, options: RenderOptions): UnitRendering {
  const renderings = templates.map(({ compiled }) => render(compiled, { ...options, prefix: scope.prefix, defaultBackend: scope.backend }));
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
    const needed = failures.flatMap((failure) => (failure.error.code === "TEMPLATE_MISSING_KEY" ? failure.missing.slice(-1) : []));
    return { kind: "failed", error: failed.error, used, missing, needed: distinct(needed) };
  }
  return { kind: "rendered", texts: settled.flatMap((rendering) => (rendering.kind === "rendered" ? [{ text: rendering.text, opened: rendering.opened }] : [])), fill: fillOf(settled), used, missing };
}

/** Lists are what can be empty: prefixes, services, names that resolve to addresses. */
function fillOf(renderings: readonly Rendering[]): Fill {
  const rendered = renderings.flatMap((rendering) => (rendering.kind === "rendered" ? [rendering] : []));
  const empty = new Set(rendered.flatMap((rendering) => rendering.empty.map(formatDependency)));
  const lists = rendered.flatMap(({ used }) => used.filter(({ key, scope }) => scope === "prefix" || isSpecial(key)).map(formatDependency));
  return { empty: [...empty], filled: [...new Set(lists)].filter((id) => !empty.has(id)).sort() };
}

function distinct(dependencies: readonly Dependency[]): Dependency[] {
  return [...new Map(dependencies.map((dependency) => [formatDependency(dependency), dependency])).values()];
}
