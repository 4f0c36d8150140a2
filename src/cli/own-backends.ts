import { backends } from "../backends/index.ts";
import type { Backend, BackendDefinition } from "../core/backend.ts";
import type { NamedBackend } from "../core/configuration.ts";

/** Backends of kinds that there are, each under a name of its own. */
export function ownDefinitions(own: readonly NamedBackend[]): readonly BackendDefinition[] {
  return own.flatMap(({ name, kind }) => {
    const definition = backends.find((known) => known.name === kind);
    return definition === undefined ? [] : [{ ...definition, name, open: async (options, ports) => renamed(await definition.open(options, ports), name) }];
  });
}

function renamed(backend: Backend, name: string): Backend {
  return {
    name,
    resumes: backend.resumes,
    cover: (prefixes) => backend.cover(prefixes),
    read: (prefixes, options) => backend.read(prefixes, options),
    watch: (prefixes, since, signal) => backend.watch(prefixes, since, signal),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
