import type { Settings } from "../core/configuration.ts";
import { toAppError } from "../core/error.ts";
import type { Network } from "../core/ports.ts";
import { chooseAddress } from "../registrar/address/choose.ts";
import { hostAddressSpecs } from "../registrar/address/spec.ts";
import { registryNames, registryPlace } from "./open-registry.ts";

export interface ExplainedService {
  readonly service: string;
  readonly ports: readonly number[];
  readonly registries: readonly string[];
  /** What would be advertised now, and why. */
  readonly address: string | undefined;
  readonly why: string | undefined;
  /** Why there is no address. */
  readonly error: string | undefined;
}

/** Which address each service of the configuration would advertise, asked of nobody but this machine. */
export function explainServices(settings: Settings, context: { readonly network: Network; readonly env: Readonly<Record<string, string | undefined>> }): Promise<readonly ExplainedService[]> {
  return Promise.all(
    settings.services.map(async ({ name, ports, address: specs }): Promise<ExplainedService> => {
      const explained = { service: name, ports, registries: registryNames(settings), address: undefined, why: undefined, error: undefined };
      try {
        const { address, why } = await chooseAddress(hostAddressSpecs(specs.length > 0 ? specs : settings.registrar.address), { ...context, registry: registryPlace(settings) });
        return { ...explained, address, why };
      } catch (thrown) {
        return { ...explained, error: toAppError(thrown).message };
      }
    }),
  );
}
