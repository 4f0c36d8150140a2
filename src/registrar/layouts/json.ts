import type { Instance } from "../../core/instance.ts";
import { keyBelow, type LayoutDefinition } from "./layout.ts";

/** All of an instance as JSON at "/PREFIX/NAME/ID"; equal instances are equal text. */
export const jsonLayout: LayoutDefinition = {
  name: "json",
  summary: "/PREFIX/NAME/ID = all of the instance as JSON",
  open({ prefix = "/services", health = false }) {
    return (instance) => [{ key: keyBelow(prefix, instance, ["its name", instance.name], ["its id", instance.id]), value: text(instance, health) }];
  },
};

function text({ id, name, address, port, tags, attributes, health, draining }: Instance, withHealth: boolean): string {
  return JSON.stringify({ id, name, address, port, tags, attributes: sorted(attributes), ...(withHealth && { health, draining }) });
}

function sorted(attributes: Instance["attributes"]): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}
