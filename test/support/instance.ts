import type { Instance } from "../../src/core/instance.ts";

/** A passing instance of "web", apart from what is given. */
export function instance(id: string, more: Partial<Instance> = {}): Instance {
  return { id, name: "web", address: "10.0.0.5", port: 80, tags: [], attributes: {}, health: "passing", draining: false, ...more };
}
