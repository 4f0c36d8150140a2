import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Instance } from "../../src/core/instance.ts";
import type { Registry, RegistryContext } from "../../src/core/registry.ts";
import type { Source } from "../../src/core/source.ts";
import { Registrar } from "../../src/registrar/registrar.ts";
import { registries } from "../../src/registrar/registries/index.ts";
import { realPorts } from "./ports.ts";
import { stopProcess } from "./process.ts";

/** Which registry, with its options. */
export interface RegistryKind {
  readonly name: string;
  readonly options: unknown;
}

/** How long a registration outlives its registrar in tests where it does not matter. */
export const LONG_TTL_MS = 30_000;

/** Opens a registry on the real machine, with a log in memory. */
export async function openRegistry({ name, options }: RegistryKind, { registrar = "0123456789abcdef", ttl = LONG_TTL_MS, onConflict = "refuse", ports = realPorts() }: Partial<RegistryContext> = {}): Promise<Registry> {
  const definition = registries.find((one) => one.name === name);
  if (definition === undefined) throw new Error(`There is no registry "${name}"`);
  return definition.open(options, { registrar, ttl, onConflict, ports });
}

/** Puts all that the instances come to. */
export async function register(registry: Registry, ...instances: Instance[]): Promise<void> {
  await Promise.all(instances.flatMap((one) => registry.registrations(one)).map((one) => registry.put(one, AbortSignal.timeout(10_000))));
}

/** What a registry answers for its own. */
export async function ownedBy(registry: Registry): Promise<Record<string, string>> {
  return Object.fromEntries(await registry.owned(AbortSignal.timeout(10_000)));
}

/** A process that has registered the instances and keeps them alive until it is killed. */
export async function registeringProcess(kind: RegistryKind, settings: { readonly registrar: string; readonly ttl: number; readonly instances: readonly Instance[] }): Promise<{ kill(): Promise<void> } & AsyncDisposable> {
  const program = new URL("../programs/registering.ts", import.meta.url).pathname;
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", program, JSON.stringify({ kind, ...settings })], { stdio: ["ignore", "pipe", "inherit"] });
  const kill = () => stopProcess(child, "SIGKILL");
  const [said] = await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), once(child, "exit").then(() => ["it ended"])]);
  if (!String(said).startsWith("registered")) throw new Error(`The registering process did not register: ${said}`);
  return { kill, [Symbol.asyncDispose]: kill };
}

/** A registrar that keeps the instances in a registry until it is disposed of; what is registered then stays. */
export async function keeping(registry: Registry, ...instances: Instance[]): Promise<{ readonly registrar: Registrar; say(...instances: Instance[]): void } & AsyncDisposable> {
  let wake = () => {};
  let said: readonly Instance[] | undefined = instances;
  const source: Source = {
    name: "test",
    async *instances(signal) {
      signal.addEventListener("abort", () => wake(), { once: true });
      for (; !signal.aborted; await new Promise<void>((resolve) => (wake = resolve))) {
        if (said !== undefined) yield said;
        said = undefined;
      }
    },
  };
  const ports = realPorts();
  const registrar = new Registrar({ sources: [source], registries: [registry], interval: 60_000, onConflict: "refuse", ports });
  const stop = new AbortController();
  const running = registrar.run(stop.signal);
  await registrar.settled();
  return {
    registrar,
    say(...more) {
      said = more;
      wake();
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("The test is over"));
      await running;
    },
  };
}
