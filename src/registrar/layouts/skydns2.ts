import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import { keyBelow, type LayoutDefinition, unfit } from "./layout.ts";

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What SkyDNS and CoreDNS read: "/skydns/local/cluster/NAME/ID" for the domain "cluster.local". */
export const skydns2Layout: LayoutDefinition = {
  name: "skydns2",
  summary: '/skydns/LOCAL/CLUSTER/NAME/ID = {"host":ADDRESS,"port":PORT}, for SkyDNS and CoreDNS',
  open({ prefix = "/skydns", domain }) {
    const labels = domain?.replace(/\.$/, "").split(".").reverse() ?? [];
    if (domain === undefined || !labels.every((label) => LABEL.test(label))) {
      const what = domain === undefined ? "it is missing" : `"${domain}" is no domain in lower case`;
      throw new AppError("CONFIG_INVALID", `Cannot use the domain of the layout "skydns2": ${what}`, { hint: 'Set domain in [registrar], or --registrar-domain, as "cluster.local"' });
    }
    const base = [prefix, ...labels].join("/");
    return (instance) => {
      const { name, id, address, port } = instance;
      checkLabel(instance, "name", name);
      checkLabel(instance, "id", id);
      return [{ key: keyBelow(base, instance, ["its name", name], ["its id", id]), value: JSON.stringify({ host: address, port }) }];
    };
  },
};

function checkLabel(instance: Instance, what: "name" | "id", text: string): void {
  if (LABEL.test(text)) return;
  throw unfit(instance, `its ${what} "${text}" cannot stand in a DNS name`, `Give it another ${what}: up to 63 lower-case letters, digits and hyphens, as in "${labelOf(text)}"`);
}

function labelOf(text: string): string {
  const label = text.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 63).replace(/^-+|-+$/g, "");
  return label === "" ? "web-1" : label;
}
