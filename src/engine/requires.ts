import { BACKEND_NAMES } from "../config/backend-options.ts";
import type { Settings } from "../core/configuration.ts";
import type { Dependency } from "../core/dependency.ts";
import { AppError } from "../core/error.ts";
import { ROOT, specialKey } from "../core/key.ts";
import type { CompiledTemplate, Rendering } from "../core/template.ts";
import { type PlacedService, render, type RenderOptions, resolveName, servicesTemplate } from "../template/index.ts";

/** Services that are waited for until each has a live instance. */
export interface Requirement {
  /** What is read for each, by its name as it was configured. */
  readonly reads: ReadonlyMap<string, Dependency>;
  /** Renders to JSON, {SERVICE: ["ADDRESS:PORT", ...]}. */
  readonly compiled: CompiledTemplate;
}

/** What is required, by its name as `requires` has it; undefined where nothing is. Throws CONFIG_INVALID for a name that says not enough. */
export function planRequirement(names: readonly string[], settings: Settings): Requirement | undefined {
  if (names.length === 0) return undefined;
  const services = names.map((shown) => placed(shown, settings));
  return { reads: new Map(services.map((service) => [service.shown, readOf(service)])), compiled: servicesTemplate(services) };
}

/** Renders it; a service without a live instance is a failure that waits. `who` waits for them: 'unit "web"'. */
export function renderRequirement({ reads, compiled }: Requirement, who: string, options: RenderOptions): Rendering {
  const rendering = render(compiled, { ...options, prefix: ROOT });
  if (rendering.kind !== "rendered") return rendering;
  const dead = deadServices(rendering.text);
  if (dead.length === 0) return { ...rendering, empty: [] };
  return { kind: "failed", error: serviceMissing(who, dead), used: rendering.used, missing: readsOf(reads, dead) };
}

export function readsOf(reads: Requirement["reads"], names: readonly string[]): readonly Dependency[] {
  return names.flatMap((name) => reads.get(name) ?? []);
}

/** The services among those of a rendered requirement that have no live instance. */
export function deadServices(text: string): readonly string[] {
  return Object.entries(JSON.parse(text) as Record<string, readonly string[]>).flatMap(([name, live]) => (live.length === 0 ? [name] : []));
}

export function serviceMissing(who: string, names: readonly string[]): AppError {
  const what = names.map((name) => `"${name}"`).join(", ");
  return new AppError("SERVICE_MISSING", `Cannot go on with ${who}: ${names.length === 1 ? `service ${what} has` : `services ${what} have`} no live instance`, { hint: "Start one that registers, or take the name out of requires" });
}

function readOf({ name, from }: PlacedService): Dependency {
  if (from === CATALOG) return { backend: "consul", key: specialKey("service", name), scope: "key" };
  const { backend, key } = resolveName(`${from}/${name}`, ROOT, "");
  return { backend, key, scope: "prefix" };
}

const CATALOG = "consul";

/** "mysql" is where the registrar would register it, "consul:mysql" in Consul's catalog, "etcd:/services/mysql" below a prefix. */
function placed(shown: string, settings: Settings): PlacedService {
  const [, backend, path] = /^(?:([A-Za-z][\w-]*):)?(\/.*)$/s.exec(shown) ?? [];
  if (path !== undefined) {
    const [, below = "", name = ""] = /^(.*?)\/+([^/]+)$/s.exec(path) ?? [];
    return { shown, name, from: `${backend ?? settings.backend}:${below || "/"}` };
  }
  if (shown.startsWith(`${CATALOG}:`)) return { shown, name: shown.slice(CATALOG.length + 1), from: CATALOG };
  return { shown, name: shown, from: registered(shown, settings) };
}

/** Where the registrar of this configuration registers. */
function registered(shown: string, { backend, registrar }: Settings): string {
  const [registry = backend] = registrar.registries;
  if (registry === CATALOG) return CATALOG;
  const { layout, prefix, domain } = registrar.layout;
  const standard = PREFIXES[layout];
  if (standard === undefined) throw new AppError("CONFIG_INVALID", `Cannot look for service "${shown}": the layout "${layout}" does not say what belongs to it`, { hint: `Say where it is: "${backend}:/services/${shown}"` });
  const labels = layout === "skydns2" && domain !== undefined ? domain.replace(/\.$/, "").split(".").reverse() : [];
  return `${readerOf(registry) ?? backend}:${[prefix ?? standard, ...labels].join("/") || "/"}`;
}

/** The backend that reads what a registry holds under the keys of a layout; undefined where none does. */
function readerOf(registry: string): string | undefined {
  const backend = registry === "consul-kv" ? "consul" : registry;
  // Redis holds hipache's lists, and not a layout.
  return registry === "redis" ? undefined : BACKEND_NAMES.find((name) => name === backend);
}

/** Where the layouts begin unless [registrar] prefix says otherwise. */
const PREFIXES: Readonly<Record<string, string>> = { host: "", registrator: "/services", json: "/services", skydns2: "/skydns", nerve: "/nerve/services" };
