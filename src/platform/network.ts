import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { AddressFamily, InterfaceAddress, Network } from "../core/ports.ts";

/** The machine's interfaces and routes. */
export const systemNetwork: Network = { interfaces, sourceAddressTowards };

function interfaces(): InterfaceAddress[] {
  const unusable = unusableAddresses();
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address, family, internal }) => ({ interface: name, family, address, loopback: internal })),
  );
  return all.filter(({ interface: name, address }) => !unusable.has(`${name} ${address}`));
}

// From include/uapi/linux/if_addr.h.
const DUPLICATE = 0x08;
const TENTATIVE = 0x40;

/** IPv6 addresses that are still being looked for elsewhere in the network, or were found there: nothing can be sent to them. */
function unusableAddresses(): ReadonlySet<string> {
  const lines = readTable("/proc/net/if_inet6").split("\n").map((line) => line.trim().split(/\s+/));
  const unusable = lines.filter(([, , , , flags]) => (Number.parseInt(flags ?? "0", 16) & (TENTATIVE | DUPLICATE)) !== 0);
  return new Set(unusable.map(([digits = "", , , , , name]) => `${name} ${shortIpv6(digits)}`));
}

/** Empty where there is no such table, as with another system or a kernel without IPv6. */
function readTable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** "fd000000000000000000000000000001" as "fd00::1". */
function shortIpv6(digits: string): string {
  return new URL(`http://[${digits.match(/.{4}/g)?.join(":")}]/`).hostname.slice(1, -1);
}

async function sourceAddressTowards(host: string, port: number, family?: AddressFamily): Promise<string | undefined> {
  for (const { address } of await lookup(host, { all: true })) {
    if (family !== undefined && isIPv6(address) !== (family === "IPv6")) continue;
    const source = await sourceAddress(address, port);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** To connect a UDP socket makes the kernel choose the address, and sends nothing. */
function sourceAddress(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const settle = (source: string | undefined) => {
      socket.close();
      resolve(source);
    };
    // There is no route, or not even the protocol.
    socket.once("error", () => settle(undefined));
    socket.connect(port, address, (error?: Error) => settle(error ? undefined : socket.address().address));
  });
}
