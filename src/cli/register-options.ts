import { SERVICE_KEYS, toService } from "../config/services.ts";
import type { ServiceSettings } from "../core/configuration.ts";
import { AppError } from "../core/error.ts";
import { readTable } from "../schema/table.ts";
import type { Invocation } from "./command.ts";
import { SERVICE_FLAGS } from "./register-flags.ts";

const SHORT_FOR: Readonly<Record<string, string>> = { registry: "registrar-registries", layout: "registrar-layout", ttl: "registrar-ttl", drain: "registrar-drain" };

/** The same invocation with the settings' own flags in place of the short ones. */
export function withRegistrarFlags(invocation: Invocation): Invocation {
  const given = Object.entries(SHORT_FOR).flatMap(([short, flag]) => (invocation.flags[short] === undefined ? [] : [[flag, invocation.flags[short]] as const]));
  return { ...invocation, flags: { ...invocation.flags, ...Object.fromEntries(given) } };
}

/** The services that the flags name, or else those of the configuration. Throws USAGE. */
export function servicesOf({ flags }: Invocation, configured: readonly ServiceSettings[]): readonly ServiceSettings[] {
  if (flags.name === undefined) {
    // Of containers the address is chosen by rules as well.
    const lost = SERVICE_FLAGS.find(({ flag }) => flags[flag] !== undefined && !(flag === "address" && flags.docker === true));
    if (lost !== undefined) throw new AppError("USAGE", `Cannot take --${lost.flag} without --name`, { hint: "Name the service" });
    return flags.docker === true ? [] : configured;
  }
  const table = {
    name: flags.name,
    port: listOf(flags.port).map(portOf),
    ...(flags.id === undefined ? {} : { id: flags.id }),
    tags: listOf(flags.tag),
    attributes: Object.fromEntries(listOf(flags.attr).map(attribute)),
    address: listOf(flags.address),
    checks: listOf(flags.check),
  };
  const { values, problems } = readTable(SERVICE_KEYS, table, []);
  const [problem] = problems;
  if (values === undefined) throw new AppError("USAGE", `Cannot register: ${problem?.reason.replace(/^port: the list is empty$/, "--port is missing")}`, { hint: problem?.hint });
  return [toService(values)];
}

function listOf(value: Invocation["flags"][string]): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : typeof value === "string" ? [value] : [];
}

function portOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new AppError("USAGE", `--port: "${text}" is not a port`, { hint: "Write a number from 1 to 65535; once for each port" });
}

function attribute(text: string): [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new AppError("USAGE", `Cannot read attribute "${text}": it is not KEY=VALUE`);
  return [key, value];
}
