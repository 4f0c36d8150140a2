/** How an instance is, by its checks. */
export type Health = "passing" | "warning" | "critical";

/** One place where a service can be reached. */
export interface Instance {
  /** Unique in the whole registry: "HOST:CONTAINER:PORT", or what its owner chose. */
  readonly id: string;
  /** The service that it is an instance of. */
  readonly name: string;
  /** An IP address; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly health: Health;
  /** It is about to stop: a registry that can show that does, another deregisters it. */
  readonly draining: boolean;
}

/** "10.0.0.5:80", "[fd00::5]:80". */
export function hostPort({ address, port }: Pick<Instance, "address" | "port">): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
