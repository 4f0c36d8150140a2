import type { Instance } from "../../core/instance.ts";
import { keyBelow, type LayoutDefinition, unfit } from "./layout.ts";

const WEIGHT = "weight";
const SERVER_OPTIONS = "haproxy_server_options";

/** What Nerve writes and Synapse reads: JSON at "/PREFIX/NAME/ID"; attributes are labels, but for the two that Synapse knows. */
export const nerveLayout: LayoutDefinition = {
  name: "nerve",
  summary: '/PREFIX/NAME/ID = {"host":ADDRESS,"port":PORT,"name":ID}, as Nerve writes it',
  open({ prefix = "/nerve/services" }) {
    return (instance) => [{ key: keyBelow(prefix, instance, ["its name", instance.name], ["its id", instance.id]), value: text(instance) }];
  },
};

function text(instance: Instance): string {
  const { address: host, port, id: name, attributes } = instance;
  const weight = weightOf(instance);
  const options = attributes[SERVER_OPTIONS];
  const labels = Object.entries(attributes).filter(([label]) => label !== WEIGHT && label !== SERVER_OPTIONS).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({
    host,
    port,
    name,
    ...(weight !== undefined && { [WEIGHT]: weight }),
    ...(options !== undefined && { [SERVER_OPTIONS]: options }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
  });
}

function weightOf(instance: Instance): number | undefined {
  const weight = instance.attributes[WEIGHT];
  if (weight === undefined) return undefined;
  if (/^\d{1,9}$/.test(weight)) return Number(weight);
  throw unfit(instance, `its weight "${weight}" is not a whole number`);
}
