import { toAppError } from "../core/error.ts";
import { joinKey, type Key, ROOT, toKey } from "../core/key.ts";
import type { Opener } from "../core/opener.ts";
import type { CompiledTemplate, RenderContext, Rendering } from "../core/template.ts";
import { type Lookup, type TrackingReader, trackingReader } from "./tracking-reader.ts";

export interface RenderOptions extends Pick<RenderContext, "env" | "now" | "item"> {
  readonly lookup: Lookup;
  /** Stands before each key of the default backend. */
  readonly prefix: Key;
  readonly defaultBackend: string;
  readonly opener: Opener;
}

/** Renders a template from what the mirrors hold, and tells what it read; never throws. */
export function render(template: CompiledTemplate, options: RenderOptions): Rendering {
  const { made: text, rendering } = reading(options, (context) => template.render(context));
  return rendering.kind === "rendered" ? { ...rendering, text: text ?? "" } : rendering;
}

/** Makes something of what the mirrors hold, and tells what was read for it; never throws. */
export function reading<T>({ lookup, prefix, defaultBackend, opener, ...given }: RenderOptions, make: (context: RenderContext & { readonly reader: TrackingReader }) => T): { readonly made?: T; readonly rendering: Rendering } {
  const reader = trackingReader({ lookup, opener, resolve: (name) => resolveName(name, prefix, defaultBackend) });
  const outcome = attempt(() => make({ ...given, reader }));
  // What came of a template that could not read everything means nothing, an error included.
  if (reader.wanted.length > 0) return { rendering: { kind: "uncovered", wanted: reader.wanted } };
  if (reader.unopened.length > 0) return { rendering: { kind: "unopened", sealed: reader.unopened } };
  const { used, missing, opened, empty } = reader;
  if ("error" in outcome) return { rendering: { kind: "failed", error: toAppError(outcome.error), used, missing } };
  return { made: outcome.made, rendering: { kind: "rendered", text: "", used, missing, opened, empty } };
}

/** The key that a template means: "/db/host" of the default backend below the unit's prefix, "consul:/db/host" of another one, "consul@dc2:/db/host" of a datacenter. */
export function resolveName(name: string, prefix: Key, defaultBackend: string): { backend: string; key: Key; prefix: Key } {
  const [, backend = defaultBackend, path = name] = /^([A-Za-z][\w-]*(?:@[\w.-]+)?):(\/.*)$/s.exec(name) ?? [];
  const own = backend === defaultBackend || backend.startsWith(`${defaultBackend}@`) ? prefix : ROOT;
  return { backend, key: joinKey(own, toKey(path)), prefix: own };
}

function attempt<T>(step: () => T): { made: T } | { error: unknown } {
  try {
    return { made: step() };
  } catch (error) {
    return { error };
  }
}
