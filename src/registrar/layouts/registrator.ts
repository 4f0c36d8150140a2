import { hostPort } from "../../core/instance.ts";
import { keyBelow, type LayoutDefinition } from "./layout.ts";

/** What Registrator writes to etcd and to Consul's keys: "/PREFIX/NAME/ID" is "IP:PORT". */
export const registratorLayout: LayoutDefinition = {
  name: "registrator",
  summary: "/PREFIX/NAME/ID = ADDRESS:PORT, as Registrator writes it",
  open({ prefix = "/services" }) {
    return (instance) => [{ key: keyBelow(prefix, instance, ["its name", instance.name], ["its id", instance.id]), value: hostPort(instance) }];
  },
};
