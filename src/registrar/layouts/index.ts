import { AppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import { didYouMean } from "../../core/suggest.ts";
import { hipacheEtcdLayout } from "./hipache-etcd.ts";
import { hostLayout } from "./host.ts";
import { jsonLayout } from "./json.ts";
import type { Layout, LayoutDefinition, LayoutOptions } from "./layout.ts";
import { nerveLayout } from "./nerve.ts";
import { ownLayout } from "./own.ts";
import { registratorLayout } from "./registrator.ts";
import { skydns2Layout } from "./skydns2.ts";

export type { Layout, LayoutDefinition, LayoutEntry, LayoutOptions } from "./layout.ts";

/** Every layout of registries that hold keys. */
export const layouts: readonly LayoutDefinition[] = [hostLayout, registratorLayout, jsonLayout, skydns2Layout, hipacheEtcdLayout, nerveLayout, ownLayout];

/** The layout that the options name; what is critical or about to stop has no keys in it. Throws CONFIG_INVALID. */
export function openLayout(options: LayoutOptions): Layout {
  const definition = layouts.find(({ name }) => name === options.layout);
  if (definition === undefined) {
    const names = layouts.map(({ name }) => name);
    throw new AppError("CONFIG_INVALID", `Layout "${options.layout}" is not known`, { hint: didYouMean(options.layout, names) ?? `Known: ${names.join(", ")}` });
  }
  const layout = definition.open(options);
  const showsHealth = definition === jsonLayout && options.health === true;
  return (instance) => (showsHealth || isReachable(instance) ? layout(instance).map(({ key, value }) => ({ key, value: wellFormed(value) })) : []);
}

function isReachable({ health, draining }: Instance): boolean {
  return health !== "critical" && !draining;
}

/** Half a pair of surrogates would be stored as another character, and never be found equal. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}
