import type { AddressFamily, Clock, Logger } from "../../../core/ports.ts";
import type { TaskGroup } from "../../../core/task-group.ts";
import type { AddressContext } from "../../address/choose.ts";
import { followAddress } from "../../address/follow.ts";
import { type HostAddressSpec, hostAddressSpecs } from "../../address/spec.ts";
import { type DockerAddressSpec, isMachineSpec } from "./address-spec.ts";
import type { MachineAddress } from "./place.ts";

export interface MachineAddressesOptions extends AddressContext {
  readonly specs: readonly DockerAddressSpec[];
  /** What "docker" stands for, instead of what is found. */
  readonly ip: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onChange: () => void;
}

const INTERVAL_MS = 10_000;
const FAMILIES: readonly AddressFamily[] = ["IPv4", "IPv6"];

/** The machine's addresses by the text of the spec that names them, kept up to date until the signal aborts; with the promise that all were looked for once. */
export function machineAddresses(options: MachineAddressesOptions, tasks: TaskGroup, signal: AbortSignal): { readonly addresses: ReadonlyMap<string, MachineAddress>; readonly complete: Promise<unknown> } {
  const addresses = new Map<string, MachineAddress>();
  const lists: readonly (readonly [string, readonly HostAddressSpec[]])[] = [["docker", hostAddressSpecs(options.ip === undefined ? [] : [`static:${options.ip}`])], ...options.specs.filter(isMachineSpec).map((spec) => [spec.text, [spec]] as const)];
  const complete = lists.map(([text, specs]) => new Promise<void>((resolve) => tasks.start(() => follow(text, specs, options, addresses, resolve, signal))));
  return { addresses, complete: Promise.all(complete) };
}

async function follow(text: string, specs: readonly HostAddressSpec[], { onChange, log, clock, ...options }: MachineAddressesOptions, all: Map<string, MachineAddress>, onFirst: () => void, signal: AbortSignal): Promise<void> {
  const given = specs.every(({ kind }) => kind === "static");
  const needed = options.specs.some((spec) => spec.text === text);
  for await (const { addresses, problem } of followAddress({ ...options, specs, families: FAMILIES, interval: INTERVAL_MS, clock }, signal)) {
    all.set(text, { given, ...Object.fromEntries(addresses.map(({ family, address }) => [family, address])) });
    if (problem !== undefined) (needed ? log.warn : log.debug)("No address of this machine can be advertised", { address: text, error: problem.message, hint: problem.hint });
    for (const { address, why } of addresses) log.info("Chose an address of this machine", { address, spec: text, why });
    onFirst();
    onChange();
  }
}
