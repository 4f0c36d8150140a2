/** That something happened to a container. */
export interface ContainerEvent {
  /** "die", "health_status", "connect"; one word for what Docker and Podman call otherwise. */
  readonly action: ContainerAction;
  /** Of the container. */
  readonly id: string;
  /** Of a kill: its number; undefined when the engine does not say (Podman). */
  readonly signal: number | undefined;
}

/** What may change where a container is found, by what the API calls it. */
const ACTIONS = {
  start: "start",
  die: "die",
  died: "die",
  kill: "kill",
  health_status: "health_status",
  pause: "pause",
  unpause: "unpause",
  rename: "rename",
  update: "update",
  destroy: "destroy",
  remove: "destroy",
  connect: "connect",
  disconnect: "disconnect",
} as const;

export type ContainerAction = (typeof ACTIONS)[keyof typeof ACTIONS];

/** What an engine that can filter is asked for; probes of health else send three events each. */
export const FILTERS = { type: ["container", "network"], event: ["start", "die", "kill", "health_status", "pause", "unpause", "rename", "update", "destroy", "connect", "disconnect"] };

/** Reads one line of /events; undefined for what does not matter. Reads only what API 1.52 still has. */
export function toEvent(line: string): ContainerEvent | undefined {
  const { Type, Action, Actor } = parse(line);
  const name = String(Action ?? "").split(":")[0] ?? "";
  if ((Type !== "container" && Type !== "network") || !Object.hasOwn(ACTIONS, name)) return undefined;
  const action = ACTIONS[name as keyof typeof ACTIONS];
  // The actor of Docker's network events is the network, that of Podman's the container.
  const id = Type === "network" ? (Actor?.Attributes?.["container"] ?? Actor?.ID) : Actor?.ID;
  const isAbout = Type === "network" ? action === "connect" || action === "disconnect" : action !== "connect" && action !== "disconnect";
  if (typeof id !== "string" || id === "" || !isAbout) return undefined;
  const signal = Number(Actor?.Attributes?.["signal"]);
  return { action, id, signal: Number.isInteger(signal) && signal > 0 ? signal : undefined };
}

interface Line {
  readonly Type?: unknown;
  readonly Action?: unknown;
  readonly Actor?: { readonly ID?: unknown; readonly Attributes?: Readonly<Record<string, unknown>> | null };
}

function parse(line: string): Line {
  try {
    return (JSON.parse(line) ?? {}) as Line;
  } catch {
    throw new Error("what it sends is no list of events");
  }
}
