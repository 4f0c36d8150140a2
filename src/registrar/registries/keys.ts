import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import { covers, toKey } from "../../core/key.ts";
import type { Registration } from "../../core/registry.ts";
import type { Layout } from "../layouts/index.ts";

/** Where registrars keep who owns what. */
export const SIDE_KEYS = toKey("/_remora/registrars");

/** The keys of an instance as registrations. */
export function toRegistrations(layout: Layout, instance: Instance): Registration[] {
  return layout(instance).map(({ key, value }) => {
    if (covers(SIDE_KEYS, key)) throw new AppError("REGISTRATION_INVALID", `Cannot register "${instance.id}" of "${instance.name}": "${key}" is where registrars keep what they own`);
    return { id: key, value };
  });
}
