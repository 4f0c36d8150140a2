import { servicesOf } from "../../clients/dns/resolve.ts";
import { AppError, reason } from "../../core/error.ts";
import { hasNodes, type Values } from "./backends.ts";

/** The nodes that DNS names, where options ask for that. Throws BACKEND_UNREACHABLE where it names none. */
export async function nodesByName(backend: string, values: Values): Promise<{ readonly nodes: readonly string[]; readonly label: string } | undefined> {
  const [record, domain] = [values.text("srv-record") ?? "", values.text("srv-domain") ?? ""];
  if ((record === "" && domain === "") || !hasNodes(backend, values.label("backend"))) return undefined;
  const name = record === "" ? `_${backend}._tcp.${domain}.` : record;
  const label = values.label(record === "" ? "srv-domain" : "srv-record");
  const refuse = (why: string) => new AppError("BACKEND_UNREACHABLE", `${label}: cannot find the nodes of "${name}": ${why}`);
  const records = await servicesOf(name.replace(/\.$/, "")).catch((thrown: unknown) => {
    throw refuse(reason(thrown));
  });
  if (records.length === 0) throw refuse("there is no such SRV record");
  return { nodes: records.map(({ target, port }) => `${target}:${port}`), label };
}
