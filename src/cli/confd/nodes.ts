import { servicesOf } from "../../clients/dns/resolve.ts";
import { AppError, reason } from "../../core/error.ts";
import type { Values } from "./backends.ts";

/** The nodes that DNS names, where options ask for that. Throws BACKEND_UNREACHABLE where it names none. */
export async function nodesByName(backend: string, values: Values): Promise<{ readonly nodes: readonly string[]; readonly label: string } | undefined> {
  const domain = values.text("srv-domain");
  const name = values.text("srv-record") ?? (domain === undefined || domain === "" ? undefined : `_${backend}._tcp.${domain}.`);
  if (name === undefined || name === "") return undefined;
  const label = values.label(values.text("srv-record") === undefined ? "srv-domain" : "srv-record");
  const refuse = (why: string) => new AppError("BACKEND_UNREACHABLE", `${label}: cannot find the nodes of "${name}": ${why}`);
  const records = await servicesOf(name.replace(/\.$/, "")).catch((thrown: unknown) => {
    throw refuse(reason(thrown));
  });
  if (records.length === 0) throw refuse("there is no such SRV record");
  return { nodes: records.map(({ target, port }) => `${target}:${port}`), label };
}
