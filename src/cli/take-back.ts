import type { Settings } from "../core/configuration.ts";
import type { Clock } from "../core/ports.ts";
import type { Registrar } from "../registrar/registrar.ts";

/** Deregisters everything, for as long as a stop may take, then waits for clients to go elsewhere. */
export async function takeBack(registrar: Registrar, { shutdownTimeout, registrar: { drain } }: Settings, { clock }: { readonly clock: Clock }): Promise<void> {
  const limit = new AbortController();
  const cancel = clock.after(shutdownTimeout, () => limit.abort(new Error("The registry does not answer")));
  await registrar.deregister(limit.signal);
  cancel();
  await clock.sleep(drain);
}
