import type { Container } from "../../../clients/docker/container.ts";
import type { ContainerPort } from "./ports.ts";

/** What the variables and labels of a container say of one of its ports. */
export interface Metadata {
  readonly ignored: boolean;
  readonly name: string | undefined;
  /** The name is of this port alone, so that it needs no number behind it. */
  readonly nameIsOfPort: boolean;
  readonly id: string | undefined;
  readonly tags: readonly string[];
  /** All else, by names in small letters: "check_http", "zone"; and the labels that speak to Docker Flow Proxy, as they are. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Reads SERVICE_NAME, SERVICE_80_NAME, SERVICE_8000-8099_NAME, SERVICE_53_UDP_NAME and their like as Registrator does:
 * labels beat variables, what is said of one port beats what is said of several, and that beats what is said of all.
 * With `compat` ranges and protocols are not known, tags come in reverse, and SERVICE_IGNORE=false ignores.
 */
export function metadataOf({ env, labels }: Pick<Container, "env" | "labels">, port: Pick<ContainerPort, "number" | "protocol">, { compat }: { readonly compat: boolean }): Metadata {
  const found = new Map<string, { readonly value: string; readonly rank: number }>();
  for (const [name, value] of [...env, ...Object.entries(labels)]) {
    const key = name.startsWith(PREFIX) ? parse(name.slice(PREFIX.length).toLowerCase(), port, compat) : undefined;
    if (key !== undefined && key.rank >= (found.get(key.key)?.rank ?? 0)) found.set(key.key, { value, rank: key.rank });
  }
  const text = (key: string) => found.get(key)?.value || undefined;
  const own = [...found].filter(([key, { value }]) => !RESERVED.has(key) && value !== "").map(([key, { value }]) => [key, value] as const);
  const attributes = [...own, ...proxyLabels(labels, port)];
  return {
    ignored: compat ? text("ignore") !== undefined : text("ignore") !== undefined && !NO.has((text("ignore") ?? "").trim().toLowerCase()),
    name: text("name"),
    nameIsOfPort: (found.get("name")?.rank ?? 0) >= RANK.port,
    id: text("id"),
    tags: splitTags(text("tags") ?? "", compat),
    attributes: Object.fromEntries(attributes.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const PREFIX = "SERVICE_";
const RESERVED = new Set(["name", "tags", "id", "ignore"]);
const NO = new Set(["false", "0", "no", "off"]);
const RANK = { all: 0, range: 1, port: 2, protocol: 3 } as const;

/** The key behind a port, and how closely it is said of ours; undefined when it is of another one. */
function parse(text: string, { number, protocol }: Pick<ContainerPort, "number" | "protocol">, compat: boolean): { readonly key: string; readonly rank: number } | undefined {
  const [, first, last, rest = ""] = /^(\d+)(?:-(\d+))?_(.+)$/s.exec(text) ?? [];
  if (first === undefined || (compat && last !== undefined)) return { key: text, rank: RANK.all };
  if (last !== undefined) return number >= Number(first) && number <= Number(last) ? { key: rest, rank: RANK.range } : undefined;
  if (Number(first) !== number) return undefined;
  const [, only, key = ""] = /^(tcp|udp|sctp)_(.+)$/s.exec(rest) ?? [];
  if (only === undefined || compat) return { key: rest, rank: RANK.port };
  return only === protocol ? { key, rank: RANK.protocol } : undefined;
}

/** The labels "com.df.*", of all ports or of the one that "com.df.port" names. */
function proxyLabels(labels: Readonly<Record<string, string>>, { number }: Pick<ContainerPort, "number">): [string, string][] {
  const found = Object.entries(labels).filter(([name]) => name.startsWith("com.df."));
  const port = found.find(([name]) => name.toLowerCase() === "com.df.port")?.[1];
  return port === undefined || Number(port) === number ? found : [];
}

/** The ports that are named alone, as in SERVICE_8080_NAME. */
export function namedPorts({ env, labels }: Pick<Container, "env" | "labels">): number[] {
  const names = [...env.map(([name]) => name), ...Object.keys(labels)];
  return names.flatMap((name) => /^SERVICE_(\d{1,5})_(?:TCP_)?NAME$/i.exec(name)?.[1] ?? []).map(Number);
}

/** Parts at commas that no backslash stands before; what is empty is let go. */
export function splitTags(text: string, reversed: boolean): string[] {
  const tags = text.split(/(?<!\\),/).map((tag) => tag.replaceAll("\\,", ",")).filter((tag) => tag !== "");
  // Registrator takes the last first, which its documents do not say.
  return reversed ? tags.reverse() : tags;
}
