import { AppError } from "../../../core/error.ts";
import { type AddressSpec, type HostAddressSpec, toAddressSpec } from "../../address/spec.ts";

/**
 * Where a container's port is said to be. Three name the container's own address, with the port as it counts it:
 * "internal", "network:NAME", "cidr:RANGE". All others name an address of the machine, with the published port:
 * "docker" (the one it is published on), "static:IP", "interface:eth0", "env:POD_IP", "route", "inet", "inet6".
 */
export type DockerAddressSpec =
  | { readonly kind: "docker"; readonly text: string }
  | { readonly kind: "internal"; readonly text: string }
  | Extract<AddressSpec, { kind: "network" | "cidr" }>
  | MachineSpec;

/** An address of the machine. */
export type MachineSpec = Exclude<HostAddressSpec, { kind: "cidr" }>;

/** Reads the specs of `--address`; without any, "internal" or "docker", as Registrator's flags say. Throws CONFIG_INVALID. */
export function dockerAddressSpecs(texts: readonly string[], { internal }: { readonly internal: boolean }): readonly DockerAddressSpec[] {
  if (internal && texts.length > 0) throw new AppError("CONFIG_INVALID", "--internal and --address contradict each other", { hint: 'Write "internal" among the addresses' });
  return texts.length === 0 ? [{ kind: internal ? "internal" : "docker", text: internal ? "internal" : "docker" }] : texts.map(toDockerAddressSpec);
}

function toDockerAddressSpec(text: string): DockerAddressSpec {
  return text === "docker" || text === "internal" ? { kind: text, text } : toAddressSpec(text);
}

/** Those that are looked up on the machine. */
export function isMachineSpec(spec: DockerAddressSpec): spec is MachineSpec {
  return !["docker", "internal", "network", "cidr"].includes(spec.kind);
}
