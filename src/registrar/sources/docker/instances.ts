import type { Container } from "../../../clients/docker/container.ts";
import type { Health, Instance } from "../../../core/instance.ts";
import type { AddressFamily } from "../../../core/ports.ts";
import { metadataOf } from "./metadata.ts";
import { type PlaceContext, placeOf } from "./place.ts";
import { networkOwner, portsOf } from "./ports.ts";
import type { ReadContainer } from "./reader.ts";

export interface InstanceContext extends PlaceContext {
  /** The name of this machine, as it stands in the ids. */
  readonly hostname: string;
  /** Only what has a SERVICE_NAME. */
  readonly explicit: boolean;
  /** One instance for each of these; one of any family when there are none. */
  readonly families: readonly AddressFamily[];
  readonly paused: "drain" | "absent";
}

/** An instance with the rule that its address was found by. */
export interface PlacedInstance extends Instance {
  readonly rule: string;
}

/** All instances of all containers, sorted; the ones in `draining` are about to stop. */
export function instancesOf(all: ReadonlyMap<string, ReadContainer>, draining: ReadonlySet<string>, context: InstanceContext): readonly PlacedInstance[] {
  const instances = [...all.values()].flatMap((container) => ofContainer(container, all, draining.has(container.id), context));
  return instances.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function ofContainer(container: ReadContainer, all: ReadonlyMap<string, ReadContainer>, stopping: boolean, context: InstanceContext): PlacedInstance[] {
  const { compat, explicit, families, hostname } = context;
  const owner = networkOwner(container, all);
  const isUp = container.state === "running" || (container.state === "paused" && context.paused === "drain");
  if (owner === undefined || owner.state === "other" || !isUp) return [];

  const shared = owner.id !== container.id;
  const reachable = portsOf(container, owner, { compat }).flatMap((port) => {
    const wanted: readonly (AddressFamily | undefined)[] = families.length === 0 ? [undefined] : families;
    const places = wanted.flatMap((family) => placeOf({ port, owner, shared, labelAddress: container.labelAddress }, family, context) ?? []);
    return places.length === 0 ? [] : [{ port, places }];
  });
  return reachable.flatMap(({ port, places }) => {
    const metadata = metadataOf(container, port, { compat });
    if (metadata.ignored || (explicit && metadata.name === undefined)) return [];
    const udp = port.protocol === "udp";
    const number = reachable.length > 1 && !metadata.nameIsOfPort ? `-${port.number}` : "";
    const id = metadata.id ?? `${hostname}:${container.name}:${port.number}${udp ? ":udp" : ""}`;
    return places.map(({ address, family, port: at, rule }) => ({
      id: families.length > 1 && family === "IPv6" ? `${id}:inet6` : id,
      name: `${metadata.name ?? defaultName(container, compat)}${number}`,
      address,
      port: at,
      tags: [...metadata.tags, ...container.addedTags, ...(udp ? ["udp"] : [])],
      attributes: metadata.attributes,
      health: HEALTH[container.health],
      draining: stopping || container.state === "paused",
      rule,
    }));
  });
}

/** What is still starting is not to be asked yet. */
const HEALTH: Readonly<Record<Container["health"], Health>> = { none: "passing", healthy: "passing", starting: "critical", unhealthy: "critical" };

/** "web" of "registry:5000/team/web:1.2@sha256:...". */
function defaultName({ image, name }: Container, compat: boolean): string {
  const base = image.split("/").at(-1) ?? "";
  if (compat) return base.split(":")[0] ?? "";
  const repository = base.split("@")[0]?.split(":")[0] ?? "";
  // An image that lost its name is called by its digest, which names no service.
  return repository === "" || repository === "sha256" || /^[0-9a-f]{12,64}$/.test(image) ? name : repository;
}
