import type { Registry, RegistryContext } from "../../core/registry.ts";

/** A kind of registry; what is heavy is imported as one is opened. */
export interface RegistryDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  open(options: Options, context: RegistryContext): Promise<Registry>;
}
