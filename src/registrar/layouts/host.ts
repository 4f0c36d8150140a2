import { keyBelow, type LayoutDefinition } from "./layout.ts";

/** "/NAME/host" is the address, as in "/elasticsearch/host"; "/NAME/PORT/host" where a name has several ports. */
export const hostLayout: LayoutDefinition = {
  name: "host",
  summary: "/NAME/host = ADDRESS, or /NAME/PORT/host where a name has several ports",
  open({ prefix = "", severalPorts = false }) {
    return (instance) => {
      const { name, address, port } = instance;
      const segments = severalPorts ? ([["its name", name], ["its port", String(port)]] as const) : ([["its name", name]] as const);
      return [{ key: keyBelow(prefix, instance, ...segments, ["", "host"]), value: address }];
    };
  },
};
