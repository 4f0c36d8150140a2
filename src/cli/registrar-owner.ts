import { join } from "node:path";
import type { ServiceSettings } from "../core/configuration.ts";
import { AppError, reason } from "../core/error.ts";
import { lockDirectory } from "../output/state-lock.ts";
import { registrarId } from "../registrar/identity.ts";
import type { Invocation } from "./command.ts";
import { engineOf } from "./docker-options.ts";
import type { SettingsSession } from "./session.ts";

/** Who registers, kept from others of this machine until it is disposed of. */
export interface Owner extends AsyncDisposable {
  /** By what is registered too, or one registrar would take for too much what another one of this machine registered. */
  readonly id: string;
}

/** The owner of what `remora register` keeps registered; the same at the next start with the same flags. Throws STATE_DIR where one lives. */
export async function holdOwner(services: readonly ServiceSettings[], invocation: Invocation, { settings: { stateDir }, ports }: SettingsSession): Promise<Owner> {
  const { flags } = invocation;
  const docker = flags.docker === true ? [`docker-${short(engineOf(invocation), invocation)}`] : [];
  const named = flags.name === undefined ? [] : services.map((service) => serviceHash(service, invocation));
  const what = [...docker, ...named].join("-") || "services";
  const id = `${await registrarId(stateDir, ports)}-${what}`;
  return { id, [Symbol.asyncDispose]: await hold(join(stateDir, `registrar-${what}`), ports) };
}

/** Makes a directory and keeps others out; answers how to let go. */
async function hold(directory: string, ports: SettingsSession["ports"]): Promise<() => Promise<void>> {
  try {
    await ports.files.makeDirectory(directory, 0o700);
    return await lockDirectory(ports, directory);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("STATE_DIR", `Cannot use the state directory "${directory}": ${reason(thrown)}`, { hint: "Name one that can be written, with --state-dir", cause: thrown });
  }
}

/** What nobody keeps alive has an owner of its own for each service, or whoever registers another one would take it for too much. */
export async function onceOwner(service: ServiceSettings, invocation: Invocation, { settings: { stateDir }, ports }: SettingsSession): Promise<string> {
  return `${await registrarId(stateDir, ports)}-once-${serviceHash(service, invocation)}`;
}

function serviceHash({ name, ports, id }: ServiceSettings, invocation: Invocation): string {
  return short(JSON.stringify([name, ports, id ?? ""]), invocation);
}

function short(text: string, { outside }: Invocation): string {
  return outside.hash(new TextEncoder().encode(text)).slice(0, 16);
}
