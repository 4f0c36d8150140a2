import type { Binding, Container } from "../../../clients/docker/container.ts";
import { namedPorts } from "./metadata.ts";

/** A port of a container, as it counts it itself. */
export interface ContainerPort {
  readonly number: number;
  readonly protocol: string;
  /** Where it is published; empty when it is not. */
  readonly bindings: readonly Binding[];
}

/** The container whose network another one uses, itself when it has its own; undefined while that one does not run, or when they go in a circle. */
export function networkOwner(container: Container, all: ReadonlyMap<string, Container>): Container | undefined {
  const seen = new Set<string>();
  for (let current: Container | undefined = container; current !== undefined && !seen.has(current.id); ) {
    const { id, networkMode }: Container = current;
    if (!networkMode.startsWith(OF_CONTAINER)) return current;
    seen.add(id);
    const name: string = networkMode.slice(OF_CONTAINER.length);
    current = all.get(name) ?? [...all.values()].find((other) => other.name === name || (name.length >= SHORT_ID && other.id.startsWith(name)));
  }
  return undefined;
}

const OF_CONTAINER = "container:";
const SHORT_ID = 12;

/** All ports that it exposes, that are published, or that are named; sorted. The network is its owner's. */
export function portsOf(container: Container, owner: Container, { compat }: { readonly compat: boolean }): ContainerPort[] {
  const shared = owner.id !== container.id;
  // What is published belongs to the owner of the network; a neighbour in it says by EXPOSE which of that is its own.
  const keys = new Set([...container.exposed, ...(shared ? [] : Object.keys(container.published)), ...(compat ? [] : namedPorts(container).map((number) => `${number}/tcp`))]);
  const ports = [...keys].flatMap((key) => {
    const [, number = "", protocol = "tcp"] = /^(\d+)(?:\/(\w+))?$/.exec(key) ?? [];
    return number === "" ? [] : [{ number: Number(number), protocol, bindings: owner.published[key] ?? [] }];
  });
  return ports.sort((a, b) => a.number - b.number || (a.protocol < b.protocol ? -1 : 1));
}
