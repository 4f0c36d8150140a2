import type { Binding, Container, Endpoint } from "../../../clients/docker/container.ts";
import type { AddressFamily } from "../../../core/ports.ts";
import { contains, type Ip, isLoopback, toIp } from "../../../core/ip.ts";
import type { DockerAddressSpec } from "./address-spec.ts";
import type { ContainerPort } from "./ports.ts";

export interface Place {
  readonly address: string;
  readonly port: number;
  readonly family: AddressFamily;
}

/** An address of the machine of each family, as far as there is one. */
export interface MachineAddress extends Readonly<Partial<Record<AddressFamily, string>>> {
  /** It was told to us, as by --ip, by somebody who knows better than the engine how the machine is reached. */
  readonly given: boolean;
}

export interface PlaceContext {
  readonly specs: readonly DockerAddressSpec[];
  /** The machine's addresses, by the text of the spec that names them; "docker" is there always. */
  readonly machine: ReadonlyMap<string, MachineAddress>;
  readonly compat: boolean;
}

export interface Asked {
  readonly port: ContainerPort;
  /** The container whose network it is in. */
  readonly owner: Container;
  /** That one is another than the one that has the port. */
  readonly shared: boolean;
  /** What it says itself that its address is. */
  readonly labelAddress: Ip | undefined;
}

/** A place with the rule that it was found by. */
export interface FoundPlace extends Place {
  readonly rule: string;
}

/** Where others reach a port: the answer of the first spec that has one, of any family unless one is wanted; undefined when none has. */
export function placeOf(asked: Asked, wanted: AddressFamily | undefined, context: PlaceContext): FoundPlace | undefined {
  const labelled = atLabel(asked, wanted, context);
  if (labelled !== undefined) return { ...labelled, rule: "useIpFromLabel" };
  for (const spec of context.specs) {
    for (const family of wanted === undefined ? FAMILIES : [wanted]) {
      const place = context.compat ? compatPlace(spec, asked, family, context) : bySpec(spec, asked, family, context);
      if (place !== undefined) return { ...place, rule: spec.text };
    }
  }
  return undefined;
}

const FAMILIES: readonly AddressFamily[] = ["IPv4", "IPv6"];

/** The address that a label names, with the port that belongs to the first rule: the container's own, or the published one. */
function atLabel({ port, owner, shared, labelAddress }: Asked, wanted: AddressFamily | undefined, { specs: [first], compat }: PlaceContext): Place | undefined {
  if (labelAddress === undefined || (wanted ?? labelAddress.family) !== labelAddress.family) return undefined;
  // Registrator takes the address of the network's owner in place of what a label says.
  if (compat && shared && owner.networkMode !== "host") return undefined;
  const isOwn = owner.networkMode === "host" || first?.kind === "internal" || first?.kind === "network" || first?.kind === "cidr";
  const at = isOwn ? port.number : port.bindings.find(({ hostIp }) => compat || !isOnLoopback(hostIp))?.hostPort;
  return at === undefined ? undefined : { address: labelAddress.text, port: at, family: labelAddress.family };
}

function bySpec(spec: DockerAddressSpec, { port, owner }: Asked, family: AddressFamily, context: PlaceContext): Place | undefined {
  const onHost = owner.networkMode === "host";
  switch (spec.kind) {
    case "internal":
      return onHost ? onMachine("docker", port, owner, family, context) : at(byPreference(owner), family, port);
    case "network":
      return at(owner.endpoints.filter(({ network }) => network === spec.name), family, port);
    case "cidr": {
      if (!onHost) return at(byPreference(owner, "with ingress"), family, port, (address) => isIn(address, spec.range));
      const place = onMachine("docker", port, owner, family, context);
      return place !== undefined && isIn(place.address, spec.range) ? place : undefined;
    }
    default:
      return onMachine(spec.text, port, owner, family, context);
  }
}

function isIn(address: string, range: Parameters<typeof contains>[0]): boolean {
  const ip = toIp(address);
  return ip !== undefined && contains(range, ip);
}

/** Its networks: the one that it was started in, then those by the engine's own order of gateways, then by name. */
function byPreference({ endpoints, networkMode }: Container, ingress?: "with ingress"): Endpoint[] {
  // Every task of a swarm is in "ingress", where only the routing mesh reaches it.
  const usable = endpoints.filter(({ network }) => network !== "ingress" || ingress !== undefined);
  const isFirst = ({ network }: Endpoint) => network === networkMode || (network === "bridge" && networkMode === "default");
  return usable.sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || b.priority - a.priority || (a.network < b.network ? -1 : 1));
}

function at(endpoints: readonly Endpoint[], family: AddressFamily, { number }: ContainerPort, fits: (address: string) => boolean = () => true): Place | undefined {
  const address = endpoints.map((endpoint) => (family === "IPv4" ? endpoint.ipv4 : endpoint.ipv6)).find((text) => text !== "" && fits(text));
  return address === undefined ? undefined : { address, port: number, family };
}

/** The machine's address with the published port, or with its own where the container uses the machine's network. */
function onMachine(spec: string, port: ContainerPort, owner: Container, family: AddressFamily, { machine, compat }: PlaceContext): Place | undefined {
  const address = machine.get(spec)?.[family];
  if (owner.networkMode === "host") return address === undefined ? undefined : { address, port: port.number, family };
  for (const { hostIp, hostPort } of port.bindings) {
    const bound = toIp(hostIp);
    if (isOnLoopback(hostIp) && !compat) continue;
    if (machine.get(spec)?.given && address !== undefined) return { address, port: ofFamily(port.bindings, family)?.hostPort ?? hostPort, family };
    if (isEverywhere(hostIp)) {
      if (address !== undefined && speaks(hostIp, family)) return { address, port: hostPort, family };
    } else if (bound?.family === family && (spec === "docker" || hostIp === address)) return { address: hostIp, port: hostPort, family };
  }
  return undefined;
}

function ofFamily(bindings: readonly Binding[], family: AddressFamily): Binding | undefined {
  return bindings.find(({ hostIp }) => isEverywhere(hostIp) && speaks(hostIp, family));
}

function isOnLoopback(hostIp: string): boolean {
  const ip = toIp(hostIp);
  return ip !== undefined && isLoopback(ip);
}

function isEverywhere(hostIp: string): boolean {
  return ["", "0.0.0.0", "::"].includes(hostIp);
}

function speaks(hostIp: string, family: AddressFamily): boolean {
  return hostIp === "" || (hostIp === "::") === (family === "IPv6");
}

/** Registrator's ways: the first binding alone, the address of a user's network with the port of the machine, the neighbour's address in its network. */
function compatPlace(spec: DockerAddressSpec, asked: Asked, family: AddressFamily, context: PlaceContext): Place | undefined {
  const { port, owner, shared } = asked;
  if (spec.kind !== "docker") return bySpec(spec, asked, family, context);
  if (shared && owner.networkMode !== "host") return at(byPreference(owner), family, port);
  const first = { ...port, bindings: port.bindings.slice(0, 1) };
  const own = owner.endpoints.find(({ network }) => network === owner.networkMode && !["bridge", "default"].includes(network));
  const [binding] = first.bindings;
  if (context.machine.get("docker")?.given !== true && own !== undefined && binding !== undefined && family === "IPv4" && own.ipv4 !== "") return { address: own.ipv4, port: binding.hostPort, family };
  return onMachine("docker", first, owner, family, context);
}
