import { AppError } from "../../core/error.ts";
import type { AddressFamily } from "../../core/ports.ts";
import { didYouMean } from "../../core/suggest.ts";
import { type Cidr, type Ip, isNowhere, toCidr, toIp } from "../../core/ip.ts";

/** Which address is advertised, as it was written in `text`. */
export type AddressSpec = { readonly text: string } & (
  | { readonly kind: "static"; readonly ip: Ip }
  /** The address of that place among those of the interface, sorted; the first one when none is named. */
  | { readonly kind: "interface"; readonly name: string; readonly family: AddressFamily | undefined; readonly index: number | undefined }
  | { readonly kind: "family"; readonly family: AddressFamily }
  | { readonly kind: "cidr"; readonly range: Cidr }
  | { readonly kind: "env"; readonly variable: string }
  | { readonly kind: "route" }
  /** Of a container in that network of Docker's. */
  | { readonly kind: "network"; readonly name: string }
);

/** What can be told without a container. */
export type HostAddressSpec = Exclude<AddressSpec, { kind: "network" }>;

/** What is written before the colon, and an example of the whole. */
const FORMS: Readonly<Record<string, string>> = {
  static: "static:10.0.0.5",
  interface: "interface:eth0",
  inet: "inet",
  inet6: "inet6",
  cidr: "cidr:10.0.0.0/8",
  env: "env:POD_IP",
  route: "route",
  network: "network:NAME",
};

/** Reads one spec. Throws CONFIG_INVALID. */
export function toAddressSpec(text: string): AddressSpec {
  const [, kind = "", argument] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  switch (kind) {
    case "static":
      return { text, kind, ip: staticIp(text, argument) };
    case "interface":
      return interfaceOf(text, argument);
    case "inet":
    case "inet6":
      if (argument !== undefined) throw invalid(text, `"${kind}" takes nothing after it`, `Write "${kind}" alone, or "interface:NAME:${kind}"`);
      return { text, kind: "family", family: kind === "inet" ? "IPv4" : "IPv6" };
    case "cidr":
      return { text, kind, range: cidrOf(text, argument) };
    case "env":
      if (!/^[A-Za-z_]\w*$/.test(argument ?? "")) throw invalid(text, "it names no environment variable", 'Write "env:POD_IP"');
      return { text, kind, variable: argument ?? "" };
    case "route":
      if (argument !== undefined) throw invalid(text, '"route" takes nothing after it', "The way to the registry is asked for by itself");
      return { text, kind };
    case "network":
      if (!argument) throw invalid(text, "it names no network", 'Write "network:NAME", a network that "docker network ls" shows');
      return { text, kind, name: argument };
    default:
      throw invalid(text, "it is of no form that is known", suggestion(text, kind));
  }
}

/** Reads the specs of a service that registers itself; without any, the platform's variable and then the way to the registry. Throws CONFIG_INVALID. */
export function hostAddressSpecs(texts: readonly string[]): readonly HostAddressSpec[] {
  return (texts.length > 0 ? texts : ["env:POD_IP", "route"]).map((text) => {
    const spec = toAddressSpec(text);
    if (spec.kind !== "network") return spec;
    throw invalid(text, "a service that registers itself does not know Docker's networks by name", 'Write the network\'s range, as in "cidr:10.0.0.0/8", or let "remora register --docker" register the containers of the host');
  });
}

function staticIp(text: string, argument = ""): Ip {
  const ip = toIp(argument.replace(/^\[(.*)\]$/, "$1"));
  if (ip === undefined) throw invalid(text, `"${argument}" is not an IP address`, 'Write "static:10.0.0.5" or "static:fd00::5", without port and zone');
  if (isNowhere(ip)) throw invalid(text, `nobody can connect to ${ip.text}`, "Name the address at which others reach this service");
  return ip;
}

function interfaceOf(text: string, argument = ""): Extract<AddressSpec, { kind: "interface" }> {
  const [found, name = "", inet, index] = /^([^\s/:[\]]{1,15})(?::(inet6?))?(?:\[(\d{1,4})\])?$/.exec(argument) ?? [];
  if (found === undefined) throw invalid(text, "it names no interface", 'Write "interface:eth0", "interface:eth0:inet6", or "interface:eth0[1]" for the second address');
  const family = inet === undefined ? undefined : inet === "inet" ? "IPv4" : "IPv6";
  return { text, kind: "interface", name, family, index: index === undefined ? undefined : Number(index) };
}

function cidrOf(text: string, argument = ""): Cidr {
  const range = toCidr(argument);
  if (range !== undefined) return range;
  throw invalid(text, `"${argument}" is not a range of addresses`, 'Write "cidr:10.0.0.0/8" or "cidr:fd00::/8"');
}

function suggestion(text: string, kind: string): string {
  if (toIp(text) !== undefined) return `Did you mean "static:${text}"?`;
  if (toCidr(text) !== undefined) return `Did you mean "cidr:${text}"?`;
  if (/^(eth|en|wlan|lo|br|bond|veth|docker)\w*$/.test(text)) return `Did you mean "interface:${text}"?`;
  return didYouMean(kind, Object.keys(FORMS)) ?? `Known: ${Object.values(FORMS).join(", ")}`;
}

function invalid(text: string, why: string, hint: string): AppError {
  return new AppError("CONFIG_INVALID", `Address "${text}" cannot be used: ${why}`, { hint });
}
