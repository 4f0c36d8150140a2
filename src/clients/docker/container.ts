/** A published port: empty where the engine says so. */
export interface Binding {
  readonly hostIp: string;
  readonly hostPort: number;
}

/** A container's place in a network; an empty text where it has no such address. */
export interface Endpoint {
  readonly network: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** The network with the highest is the one that the container's default route takes (API 1.48). */
  readonly priority: number;
}

export type ContainerHealth = "none" | "starting" | "healthy" | "unhealthy";

/** What registering needs to know of a container. */
export interface Container {
  readonly id: string;
  /** Without the slash. */
  readonly name: string;
  readonly image: string;
  readonly state: "running" | "paused" | "other";
  /** Changes with each start. */
  readonly startedAt: string;
  readonly health: ContainerHealth;
  readonly labels: Readonly<Record<string, string>>;
  /** The variables whose names begin with SERVICE_, and no others: what else a container is told stays with it. */
  readonly env: readonly (readonly [name: string, value: string])[];
  /** "bridge", "host", "container:ID", or the name of a network. */
  readonly networkMode: string;
  /** "80/tcp". */
  readonly exposed: readonly string[];
  /** By "80/tcp"; an empty list where a port is not published. */
  readonly published: Readonly<Record<string, readonly Binding[]>>;
  readonly endpoints: readonly Endpoint[];
  /** As it was written: "SIGQUIT", "QUIT", "3", or empty for the engine's own. */
  readonly stopSignal: string;
}

/** What a list says of a container: enough to see that it is another than it was. */
export interface ContainerSummary {
  readonly id: string;
  readonly fingerprint: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the answer of /containers/ID/json; fields of every API version that are absent read as nothing. */
export function toContainer(answer: unknown): Container {
  const root = objectOf(answer);
  const [config, state, host, settings] = [objectOf(root["Config"]), objectOf(root["State"]), objectOf(root["HostConfig"]), objectOf(root["NetworkSettings"])];
  return {
    id: textOf(root["Id"]),
    name: textOf(root["Name"]).replace(/^\//, ""),
    image: textOf(config["Image"]),
    state: state["Paused"] === true ? "paused" : state["Running"] === true && state["Restarting"] !== true ? "running" : "other",
    startedAt: textOf(state["StartedAt"]),
    // Podman before 4.4 writes "Healthcheck".
    health: healthOf(objectOf(state["Health"] ?? state["Healthcheck"])),
    labels: Object.fromEntries(Object.entries(objectOf(config["Labels"])).map(([name, value]) => [name, textOf(value)])),
    env: listOf(config["Env"]).flatMap(serviceVariable),
    networkMode: textOf(host["NetworkMode"]),
    exposed: Object.keys(objectOf(config["ExposedPorts"])),
    published: Object.fromEntries(Object.entries(objectOf(settings["Ports"])).map(([port, bindings]) => [port, listOf(bindings).flatMap(toBinding)])),
    endpoints: Object.entries(objectOf(settings["Networks"])).map(toEndpoint),
    stopSignal: textOf(config["StopSignal"]),
  };
}

/** Reads one entry of the answer of /containers/json. */
export function toSummary(answer: unknown): ContainerSummary {
  const root = objectOf(answer);
  const networks = Object.entries(objectOf(objectOf(root["NetworkSettings"])["Networks"])).map(toEndpoint).sort((a, b) => (a.network < b.network ? -1 : 1));
  // "Up 5 minutes (healthy)": the time goes on, the rest is how it is.
  const health = /\((?:health: )?[^)]*\)/.exec(textOf(root["Status"]))?.[0] ?? "";
  return { id: textOf(root["Id"]), fingerprint: JSON.stringify([root["State"], health, root["Names"], networks]) };
}

function healthOf(health: Json): ContainerHealth {
  const status = health["Status"];
  return status === "starting" || status === "healthy" || status === "unhealthy" ? status : "none";
}

function serviceVariable(entry: unknown): [string, string][] {
  const [, name, value] = /^(SERVICE_[^=]*)=(.*)$/s.exec(textOf(entry)) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
}

function toBinding(answer: unknown): Binding[] {
  const { HostIp, HostPort } = objectOf(answer) as { HostIp?: unknown; HostPort?: unknown };
  const hostPort = Number(textOf(HostPort));
  return Number.isInteger(hostPort) && hostPort > 0 ? [{ hostIp: textOf(HostIp), hostPort }] : [];
}

function toEndpoint([network, answer]: [string, unknown]): Endpoint {
  const { IPAddress, GlobalIPv6Address, GwPriority } = objectOf(answer) as { IPAddress?: unknown; GlobalIPv6Address?: unknown; GwPriority?: unknown };
  return { network, ipv4: textOf(IPAddress), ipv6: textOf(GlobalIPv6Address), priority: typeof GwPriority === "number" ? GwPriority : 0 };
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
