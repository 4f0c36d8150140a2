import { AppError, reason } from "../../core/error.ts";
import type { AddressFamily, Network } from "../../core/ports.ts";
import { contains, type Ip, isLocal, isNowhere, toIp } from "../../core/ip.ts";
import type { HostAddressSpec } from "./spec.ts";

export interface AddressContext {
  readonly network: Network;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the way is asked to; undefined when it is on this machine for certain, as behind a Unix socket. */
  readonly registry: { readonly host: string; readonly port: number } | undefined;
}

/** An address, or a reason why there is none. */
export type Match = { readonly ip: Ip; readonly why: string } | string;

/** What a spec names, of one family when that is asked for. Throws CONFIG_INVALID for a variable that holds no address. */
export async function matchOf(spec: HostAddressSpec, family: AddressFamily | undefined, context: AddressContext): Promise<Match> {
  switch (spec.kind) {
    case "static":
      return isOf(family, spec.ip) ? { ip: spec.ip, why: "It was given" } : `it is ${spec.ip.family}`;
    case "interface":
      return ofInterface(spec, family, context);
    case "family":
      return isOf(family, spec) ? ofFamily(spec.family, context) : `it is ${spec.family}`;
    case "cidr":
      return ofRange(spec, family, context);
    case "env":
      return ofVariable(spec.variable, family, context);
    case "route":
      return ofRoute(family, context);
  }
}

function isOf(wanted: AddressFamily | undefined, { family }: { readonly family: AddressFamily }): boolean {
  return wanted === undefined || wanted === family;
}

/** An address of an interface. */
export interface Held {
  readonly ip: Ip;
  readonly interface: string;
  readonly loopback: boolean;
}

/** What the machine has, sorted by interface, then IPv4 before IPv6, then by number. */
export function held({ network }: AddressContext): Held[] {
  const all = network.interfaces().flatMap(({ address, interface: name, loopback }) => {
    const ip = toIp(address);
    // The kernel shows a label, "eth0:1", instead of the interface that an address was added to.
    return ip === undefined || isNowhere(ip) ? [] : [{ ip, interface: name.split(":")[0] ?? name, loopback }];
  });
  return all.sort((a, b) => a.interface.localeCompare(b.interface, "en", { numeric: true }) || a.ip.family.localeCompare(b.ip.family) || (a.ip.value < b.ip.value ? -1 : 1));
}

/** What others may reach. */
function reachable(context: AddressContext): Held[] {
  return held(context).filter(({ ip, loopback }) => !loopback && !isLocal(ip));
}

function ofInterface({ name, index, ...spec }: Extract<HostAddressSpec, { kind: "interface" }>, family: AddressFamily | undefined, context: AddressContext): Match {
  const own = held(context).filter((one) => one.interface === name);
  if (own.length === 0) return `there is no interface "${name}", it is down, or it has no address`;
  // The loopback interface was asked for by its name.
  const usable = own.filter(({ ip, loopback }) => (loopback || !isLocal(ip)) && isOf(spec.family, ip));
  const chosen = index === undefined ? usable.find(({ ip }) => isOf(family, ip)) : usable[index];
  if (chosen === undefined || !isOf(family, chosen.ip)) return `interface "${name}" has no such address`;
  return { ip: chosen.ip, why: `Interface "${name}" has it` };
}

async function ofFamily(family: AddressFamily, context: AddressContext): Promise<Match> {
  const all = reachable(context).filter(({ ip }) => ip.family === family);
  const [first] = all;
  if (first === undefined) return `no interface has an ${family} address that others may reach`;
  // By name alone, docker0 would come before eth0.
  const outward = await towardsDefault(family, context);
  const found = all.find(({ ip }) => ip.text === outward?.text) ?? first;
  return { ip: found.ip, why: `Interface "${found.interface}" has it${found.ip.text === outward?.text ? ", and the default route begins there" : ""}` };
}

function ofRange({ range, text }: Extract<HostAddressSpec, { kind: "cidr" }>, family: AddressFamily | undefined, context: AddressContext): Match {
  // A range that is all local asks for it.
  const all = isLocal(range.first) ? held(context) : reachable(context);
  const found = all.find(({ ip }) => contains(range, ip) && isOf(family, ip));
  if (found === undefined) return `no interface has ${family === undefined ? "an" : `an ${family}`} address in ${text.slice("cidr:".length)}`;
  return { ip: found.ip, why: `Interface "${found.interface}" has it in that range` };
}

/** The platform may tell several, parted by commas, as Kubernetes does in status.podIPs. */
function ofVariable(variable: string, family: AddressFamily | undefined, { env }: AddressContext): Match {
  const texts = (env[variable] ?? "").split(/[\s,]+/).filter((text) => text !== "");
  if (texts.length === 0) return `${variable} is not set`;
  const ips = texts.map((text) => {
    const ip = toIp(text);
    if (ip !== undefined) return ip;
    throw new AppError("CONFIG_INVALID", `Address "env:${variable}" cannot be used: what ${variable} holds is not an IP address`, { hint: "Name a variable that the platform sets to an address, such as 10.0.0.5" });
  });
  const found = ips.find((ip) => !isLocal(ip) && !isNowhere(ip) && isOf(family, ip));
  return found === undefined ? `${variable} has no ${family ?? "IP"} address that others may reach` : { ip: found, why: `The variable ${variable} says so` };
}

async function ofRoute(family: AddressFamily | undefined, context: AddressContext): Promise<Match> {
  const { registry, network } = context;
  if (registry !== undefined) {
    let text: string | undefined;
    try {
      text = await network.sourceAddressTowards(registry.host, registry.port, family);
    } catch (thrown) {
      return `the way to the registry "${registry.host}" cannot be told: ${reason(thrown)}`;
    }
    const source = text === undefined ? undefined : toIp(text);
    if (source !== undefined && isOf(family, source) && !isLocal(source) && !isNowhere(source)) {
      return { ip: source, why: `The way to the registry at "${registry.host}" begins there${onInterface(source, context)}` };
    }
  }
  // The registry is on this machine, or is reached by the other family.
  for (const each of family === undefined ? (["IPv4", "IPv6"] as const) : [family]) {
    const outward = await towardsDefault(each, context);
    if (outward !== undefined) return { ip: outward, why: `The default route begins there${onInterface(outward, context)}` };
  }
  return "there is no route to the registry, and no default route";
}

/** Of the ranges for documentation, so that no host is meant; nothing is sent. */
const FAR_AWAY = { IPv4: "203.0.113.1", IPv6: "2001:db8:ffff::1" } as const;
const DISCARD_PORT = 9;

async function towardsDefault(family: AddressFamily, { network }: AddressContext): Promise<Ip | undefined> {
  const text = await network.sourceAddressTowards(FAR_AWAY[family], DISCARD_PORT, family).catch(() => undefined);
  const ip = text === undefined ? undefined : toIp(text);
  return ip === undefined || isLocal(ip) || isNowhere(ip) ? undefined : ip;
}

function onInterface(ip: Ip, context: AddressContext): string {
  const found = held(context).find((one) => one.ip.text === ip.text);
  return found === undefined ? "" : `, on interface "${found.interface}"`;
}
