import { toAppError } from "../core/error.ts";
import { joinKey, type Key, ROOT, toKey } from "../core/key.ts";
import type { Opener } from "../core/opener.ts";
import type { CompiledTemplate, RenderContext, Rendering } from "../core/template.ts";
import { type Lookup, trackingReader } from "./tracking-reader.ts";

export interface RenderOptions extends Pick<RenderContext, "env" | "now"> {
  readonly lookup: Lookup;
  /** Stands before each key of the default backend. */
  readonly prefix: Key;
  readonly defaultBackend: string;
  readonly opener: Opener;
}

/** Renders a template from what the mirrors hold, and tells what it read; never throws. */
export function render(template: CompiledTemplate, { lookup, prefix, defaultBackend, opener, env, now }: RenderOptions): Rendering {
  const reader = trackingReader({ lookup, opener, resolve: (name) => resolveName(name, prefix, defaultBackend) });
  const outcome = attempt(() => template.render({ reader, env, now }));
  // What came of a template that could not read everything means nothing, an error included.
  if (reader.wanted.length > 0) return { kind: "uncovered", wanted: reader.wanted };
  if (reader.unopened.length > 0) return { kind: "unopened", sealed: reader.unopened };
  const { used, missing, opened, empty } = reader;
  if ("error" in outcome) return { kind: "failed", error: toAppError(outcome.error), used, missing };
  return { kind: "rendered", text: outcome.text, used, missing, opened, empty };
}

/** The key that a template means: "/db/host" of the default backend below the unit's prefix, "consul:/db/host" of another one. */
export function resolveName(name: string, prefix: Key, defaultBackend: string): { backend: string; key: Key; prefix: Key } {
  const [, backend = defaultBackend, path = name] = /^([A-Za-z][\w-]*):(\/.*)$/s.exec(name) ?? [];
  const own = backend === defaultBackend ? prefix : ROOT;
  return { backend, key: joinKey(own, toKey(path)), prefix: own };
}

function attempt(step: () => string): { text: string } | { error: unknown } {
  try {
    return { text: step() };
  } catch (error) {
    return { error };
  }
}
