import { AppError } from "../../core/error.ts";
import type { AddressFamily } from "../../core/ports.ts";
import { isLocal, isLoopback } from "../../core/ip.ts";
import { type AddressContext, held, matchOf } from "./match.ts";
import type { HostAddressSpec } from "./spec.ts";

export type { AddressContext };

/** An address to advertise. */
export interface ChosenAddress {
  readonly address: string;
  readonly family: AddressFamily;
  /** A sentence that says where it is from. */
  readonly why: string;
}

/** The address that the first spec with one names. Throws ADDRESS_UNKNOWN, and CONFIG_INVALID for a variable that holds none. */
export async function chooseAddress(specs: readonly HostAddressSpec[], context: AddressContext): Promise<ChosenAddress> {
  const { found, misses } = await firstMatch(specs, undefined, context);
  if (found === undefined) throw unknown(misses, context);
  return found;
}

/** One address of each of the families, as far as there are; of any family when none is named. Throws ADDRESS_UNKNOWN when there is none at all. */
export async function chooseAddresses(specs: readonly HostAddressSpec[], context: AddressContext, families: readonly AddressFamily[] = []): Promise<readonly ChosenAddress[]> {
  if (families.length === 0) return [await chooseAddress(specs, context)];
  const results = await Promise.all(families.map((family) => firstMatch(specs, family, context)));
  const found = results.flatMap((result) => result.found ?? []);
  if (found.length === 0) throw unknown([...new Set(results.flatMap(({ misses }) => misses))], context);
  return found;
}

async function firstMatch(specs: readonly HostAddressSpec[], family: AddressFamily | undefined, context: AddressContext): Promise<{ found?: ChosenAddress; misses: string[] }> {
  const misses: string[] = [];
  for (const spec of specs) {
    const match = await matchOf(spec, family, context);
    if (typeof match !== "string") return { found: { address: match.ip.text, family: match.ip.family, why: `${match.why} ("${spec.text}")` }, misses };
    misses.push(`"${spec.text}": ${match}`);
  }
  return { misses };
}

function unknown(misses: readonly string[], context: AddressContext): AppError {
  const found = held(context).map((one) => `${one.ip.text} (${one.interface}${isLoopback(one.ip) ? "" : isLocal(one.ip) ? ", link-local" : ""})`);
  return new AppError("ADDRESS_UNKNOWN", `Cannot choose the address to advertise: ${misses.join("; ") || "no rule was given"}`, {
    hint: `Addresses of this machine: ${found.join(", ") || "none"}; name one, as in --address static:IP or --address interface:NAME`,
  });
}
