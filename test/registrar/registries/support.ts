import type { Instance } from "../../../src/core/instance.ts";
import type { Registration, Registry, RegistryContext } from "../../../src/core/registry.ts";
import { realPorts } from "../../support/ports.ts";

/** Never aborts. */
export const NEVER = new AbortController().signal;

export function anInstance(id: string, more: Partial<Instance> = {}): Instance {
  return { id, name: "web", address: "10.0.0.5", port: 8080, tags: [], attributes: {}, health: "passing", draining: false, ...more };
}

export interface TestContext extends RegistryContext {
  readonly ports: ReturnType<typeof realPorts>;
}

export function aContext(registrar: string, more: Partial<Omit<RegistryContext, "ports">> = {}): TestContext {
  return { registrar, ttl: 10_000, onConflict: "refuse", ...more, ports: realPorts() };
}

/** Puts all that an instance comes to; answers it. */
export async function putAll(registry: Registry, instance: Instance): Promise<readonly Registration[]> {
  const registrations = registry.registrations(instance);
  for (const registration of registrations) await registry.put(registration, NEVER);
  return registrations;
}

/** Keeps a registry's registrations alive until it is disposed of; `ended` is how that ended of itself. */
export function keepingAlive(registry: Registry): AsyncDisposable & { readonly ended: () => "lost" | "failed" | undefined } {
  const stop = new AbortController();
  let ended: "lost" | "failed" | undefined;
  const running = registry.keepAlive(stop.signal).then(
    () => void (ended = "lost"),
    () => void (ended = stop.signal.aborted ? undefined : "failed"),
  );
  return {
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("The test ended"));
      await running;
    },
  };
}
