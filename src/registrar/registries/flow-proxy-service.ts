import { AppError } from "../../core/error.ts";
import { hostPort, type Instance } from "../../core/instance.ts";

const LABEL = "com.df.";
/** Labels that speak to the swarm listener alone. */
const LISTENER_LABELS = ["notify", "shortname", "servicename", "port", "outboundhostname", "distribute", "scrapeport", "scrapenetwork"];
const NAME = /^[A-Za-z0-9_.-]+$/;

/** One service of the proxy, with the parameters of `reconfigure` as a query string, sorted: equal ones are equal text. */
export interface FlowService {
  readonly name: string;
  readonly parameters: string;
}

/** What the labels "com.df.*" of an instance ask for; nothing where there is none, or "com.df.notify" is "false". Throws REGISTRATION_INVALID. */
export function flowServiceOf(instance: Instance, distribute: boolean): FlowService | undefined {
  const { id, address, port } = instance;
  const labels = Object.entries(instance.attributes).flatMap(([key, value]) => (key.startsWith(LABEL) ? [[key.slice(LABEL.length), value] as const] : []));
  const label = (name: string) => labels.find(([key]) => key.toLowerCase() === name)?.[1];
  if (labels.length === 0 || label("notify") === "false") return undefined;
  const invalid = (reason: string, hint: string) => new AppError("REGISTRATION_INVALID", `Cannot register "${id}" in Docker Flow Proxy: ${reason}`, { hint });
  const name = label("servicename") ?? instance.name;
  if (!NAME.test(name)) throw invalid(`"${name}" is no name of a service`, "Name it with com.df.serviceName: letters, digits, dots, dashes and underscores");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`${port} is no port`, "A port is 1 to 65535");
  const isSaid = (start: string) => labels.some(([key, value]) => (key.toLowerCase() === start || key.toLowerCase().startsWith(`${start}.`)) && value !== "");
  const mode = label("reqmode") ?? "http";
  if (mode === "http" && !isSaid("servicepath") && !isSaid("servicedomain")) throw invalid("it says neither path nor domain", "Set com.df.servicePath or com.df.serviceDomain");
  if (mode !== "http" && !isSaid("srcport")) throw invalid(`in mode "${mode}" it does not say the port of the proxy`, "Set com.df.srcPort");
  const given = labels.filter(([key]) => !LISTENER_LABELS.includes(key.toLowerCase()));
  const parameters = new URLSearchParams(Object.fromEntries(given));
  for (const [key, value] of [["serviceName", name], ["outboundHostname", hostOf(address)], ["port", String(port)]] as const) parameters.set(key, value);
  if (distribute) parameters.set("distribute", "true");
  parameters.sort();
  return { name, parameters: parameters.toString() };
}

/** The parameters of `remove` for a service that these made. */
export function removalOf(parameters: string): string {
  const made = new URLSearchParams(parameters);
  const kept = [...made].filter(([key]) => ["serviceName", "aclName", "distribute"].includes(key));
  return new URLSearchParams(kept).toString();
}

/** How HAProxy's configuration stands to a service: it is there as these parameters say, with another address, or not at all. */
export function standing(configuration: string, name: string, parameters: string): "same" | "other" | "absent" {
  const made = new URLSearchParams(parameters);
  // A template of its own may write anything: what is there cannot be told.
  const isOwnForm = [...made.keys()].some((key) => /^(consul)?template/i.test(key));
  const servers = serversOf(configuration, name);
  if (servers.includes(`${made.get("outboundHostname")}:${made.get("port")}`) || isOwnForm) return "same";
  return servers.length === 0 ? "absent" : "other";
}

function hostOf(address: string): string {
  return hostPort({ address, port: 0 }).slice(0, -":0".length);
}

/** The places that the lines "server NAME HOST:PORT ..." of a service name. */
function serversOf(configuration: string, name: string): string[] {
  return configuration.split("\n").flatMap((line) => {
    const [word, server, place = ""] = line.trim().split(/\s+/);
    return word === "server" && server === name ? [place] : [];
  });
}
