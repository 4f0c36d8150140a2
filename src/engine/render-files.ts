import { AppError } from "../core/error.ts";
import { describeItem, itemTarget } from "../core/item-target.ts";
import type { Sealed } from "../core/opener.ts";
import type { Item, Rendering } from "../core/template.ts";
import type { TemplateSettings } from "../core/unit.ts";
import { render, renderItems, type RenderOptions } from "../template/index.ts";
import type { PlannedTemplate, PlannedUnit } from "./plan.ts";

/** What came of a template: a file; or with for_each the list of its items, and a file for each. */
export type RenderedPart =
  | { readonly kind: "file"; readonly settings: TemplateSettings; readonly item: Item | undefined; readonly opened: readonly Sealed[]; readonly rendering: Rendering }
  | { readonly kind: "items"; readonly forEach: string; readonly count: number; readonly rendering: Rendering };

/** Renders all templates of a unit, and no two of them to the same target. */
export function renderFiles({ unit, templates, claims }: PlannedUnit, options: RenderOptions): readonly RenderedPart[] {
  const parts = templates.flatMap((template) => (template.items === undefined ? [fileOf(template, options)] : itemFiles(template, template.items, options)));
  if (parts.some(({ rendering }) => rendering.kind === "uncovered" || rendering.kind === "unopened")) return parts;
  const files = parts.flatMap((part) => (part.kind === "file" && part.item !== undefined ? [{ item: part.item, target: part.settings.dest }] : []));
  const twice = firstOfTwo(files);
  if (twice !== undefined) {
    const others = files.filter(({ target }) => target === twice).map(({ item }) => describeItem(item));
    return [...parts, refused(`Cannot apply unit "${unit.name}": "${twice}" is the target of the items ${others.join(" and ")}`, 'Name more of the item in "dest"', unit.at)];
  }
  const [taken] = claims.claim(unit.name, files.map(({ target }) => target));
  if (taken === undefined) return parts;
  return [...parts, refused(`Cannot apply unit "${unit.name}": "${taken.target}" is a target of ${taken.owner === unit.name ? "another of its templates" : `unit "${taken.owner}"`} as well`, "Each target belongs to one template", unit.at)];
}

/** The first target that is there a second time. */
function firstOfTwo(files: readonly { readonly target: string }[]): string | undefined {
  const seen = new Set<string>();
  return files.find(({ target }) => seen.size === seen.add(target).size)?.target;
}

function fileOf({ settings, compiled }: PlannedTemplate, options: RenderOptions): RenderedPart {
  return { kind: "file", settings, item: undefined, opened: [], rendering: render(compiled, options) };
}

function itemFiles({ settings, compiled }: PlannedTemplate, items: NonNullable<PlannedTemplate["items"]>, options: RenderOptions): readonly RenderedPart[] {
  const listed = renderItems(items, options);
  const list: RenderedPart = { kind: "items", forEach: settings.forEach ?? "", count: listed.items.length, rendering: listed.rendering };
  const files = listed.items.map(({ item, opened }): RenderedPart => {
    try {
      const rendering = render(compiled, { ...options, item });
      return { kind: "file", settings: { ...settings, dest: itemTarget(settings.dest, item) }, item, opened, rendering: ofItem(rendering, item) };
    } catch (thrown) {
      if (thrown instanceof AppError) return { kind: "file", settings, item, opened, rendering: { kind: "failed", error: thrown, used: [], missing: [] } };
      throw thrown;
    }
  });
  return [list, ...files];
}

/** Says in an error which item it is about. */
function ofItem(rendering: Rendering, item: Item): Rendering {
  if (rendering.kind !== "failed") return rendering;
  const { code, message, hint, at, cause } = rendering.error;
  return { ...rendering, error: new AppError(code, `${message} (item ${describeItem(item)})`, { hint, at, cause }) };
}

function refused(message: string, hint: string, at: AppError["at"]): RenderedPart {
  return { kind: "items", forEach: "", count: 1, rendering: { kind: "failed", error: new AppError("TEMPLATE_FAILED", message, { hint, at }), used: [], missing: [] } };
}
