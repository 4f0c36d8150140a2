import type { AddressFamily } from "./ports.ts";

/** An IP address, parsed. */
export interface Ip {
  readonly family: AddressFamily;
  /** In its one short form: "10.0.0.5", "fd00::5". */
  readonly text: string;
  readonly value: bigint;
}

/** All addresses whose first bits are the same. */
export interface Cidr {
  readonly first: Ip;
  readonly bits: number;
}

const LENGTH = { IPv4: 32, IPv6: 128 } as const;
const IPV4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;

/** Reads an address without brackets and zone; "::ffff:10.0.0.5" is the IPv4 address that it stands for. Undefined when it is none. */
export function toIp(text: string): Ip | undefined {
  if (text.includes(":")) return toIpv6(text);
  const bytes = IPV4.test(text) ? text.split(".").map(Number) : [];
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255)) return undefined;
  return { family: "IPv4", text, value: join(bytes, 8) };
}

function toIpv6(written: string): Ip | undefined {
  if (!/^[\da-f:.]+$/i.test(written) || !URL.canParse(`http://[${written}]/`)) return undefined;
  // The one parser of addresses at hand that knows all their forms, and answers the short one of RFC 5952.
  const text = new URL(`http://[${written}]/`).hostname.slice(1, -1);
  const value = join(groups(text), 16);
  if (value >> 32n === 0xffffn) return ipv4Of(value);
  return { family: "IPv6", text, value };
}

/** The last 32 bits of an IPv4-mapped address. */
function ipv4Of(mapped: bigint): Ip {
  const value = mapped & 0xffff_ffffn;
  return { family: "IPv4", text: [24n, 16n, 8n, 0n].map((bits) => (value >> bits) & 0xffn).join("."), value };
}

/** The eight numbers of a short form. */
function groups(text: string): number[] {
  const [before = [], after] = text.split("::").map((half) => half.split(":").filter((group) => group !== "").map((group) => Number.parseInt(group, 16)));
  if (after === undefined) return before;
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function join(parts: readonly number[], bits: number): bigint {
  return parts.reduce((value, part) => (value << BigInt(bits)) | BigInt(part), 0n);
}

/** Reads "10.0.0.0/8" or "fd00::/8"; bits behind the length are let go. Undefined when it is none. */
export function toCidr(text: string): Cidr | undefined {
  const [, written = "", length = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const ip = toIp(written);
  if (ip === undefined) return undefined;
  // "::ffff:10.0.0.0/104" is 10.0.0.0/8.
  const bits = Number(length) - (ip.family === "IPv4" && written.includes(":") ? 96 : 0);
  return bits >= 0 && bits <= LENGTH[ip.family] ? { first: ip, bits } : undefined;
}

export function contains({ first, bits }: Cidr, { family, value }: Ip): boolean {
  const shift = BigInt(LENGTH[first.family] - bits);
  return family === first.family && value >> shift === first.value >> shift;
}

/** What nobody else reaches: loopback, and link-local without its zone. */
export function isLocal(ip: Ip): boolean {
  return isLoopback(ip) || LINK_LOCAL.some((range) => contains(range, ip));
}

export function isLoopback(ip: Ip): boolean {
  return LOOPBACK.some((range) => contains(range, ip));
}

/** What is the address of no machine: unspecified, multicast, broadcast. */
export function isNowhere(ip: Ip): boolean {
  return NOWHERE.some((range) => contains(range, ip));
}

const LOOPBACK = ranges("127.0.0.0/8", "::1/128");
const LINK_LOCAL = ranges("169.254.0.0/16", "fe80::/10");
const NOWHERE = ranges("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8");

function ranges(...texts: readonly string[]): readonly Cidr[] {
  return texts.flatMap((text) => toCidr(text) ?? []);
}
