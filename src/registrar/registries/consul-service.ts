import { AppError } from "../../core/error.ts";
import type { Health, Instance } from "../../core/instance.ts";
import { legalMeta } from "./consul-meta.ts";

/** All that Consul holds of an instance; as JSON it is the value of the registration. */
export interface ConsulService {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tags: readonly string[];
  /** Attributes, without what is there for ourselves. */
  readonly meta: Readonly<Record<string, string>>;
  /** The time to live of the check, in milliseconds. */
  readonly ttl: number;
  /** Undefined where the check is missing. */
  readonly health: Health | undefined;
  readonly draining: boolean;
}

export const OWNER_KEY = "remora-registrar";
const TTL_KEY = "remora-ttl";

/** What tells our maintenance from an operator's. */
export const DRAINING = "Draining, says Remora";

/** What an instance comes to, and the attributes that are left out. Throws REGISTRATION_INVALID. */
export function toService(instance: Instance, ttl: number): { readonly service: ConsulService; readonly left: readonly string[] } {
  const { name, address, port, tags, attributes, health, draining } = instance;
  checkInstance(instance);
  const { meta, left } = legalMeta(attributes, [OWNER_KEY, TTL_KEY]);
  return { service: { name, address, port, tags, meta, ttl, health, draining }, left };
}

/** The same service always as the same text. */
export function serialize({ name, address, port, tags, meta, ttl, health, draining }: ConsulService): string {
  const sorted = Object.fromEntries(Object.entries(meta).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ name, address, port, tags, meta: sorted, ttl, health, draining });
}

export function deserialize(value: string): ConsulService {
  return JSON.parse(value) as ConsulService;
}

/** Metadata as it is written: the attributes, whose it is and the time to live. */
export function writtenMeta({ meta, ttl }: ConsulService, registrar: string): Record<string, string> {
  return { ...meta, [OWNER_KEY]: registrar, [TTL_KEY]: String(ttl) };
}

/** A service as the agent tells it. */
export interface AgentService {
  readonly ID: string;
  readonly Service: string;
  readonly Address: string;
  readonly Port: number;
  readonly Tags: readonly string[] | null;
  readonly Meta: Readonly<Record<string, string>> | null;
}

/** A check as the agent tells it. */
export interface AgentCheck {
  readonly CheckID: string;
  readonly ServiceID: string;
  readonly Status: Health;
  readonly Notes: string;
}

/** Whose a service is by its metadata; undefined for one that no registrar of ours made. */
export function ownerOf({ Meta }: AgentService): string | undefined {
  return Meta?.[OWNER_KEY];
}

/** What the agent holds, to be compared with what is wanted. */
export function fromAgent({ ID, Service, Address, Port, Tags, Meta }: AgentService, checks: ReadonlyMap<string, AgentCheck>): ConsulService {
  const { [OWNER_KEY]: _owner, [TTL_KEY]: ttl, ...meta } = Meta ?? {};
  const maintenance = checks.get(`_service_maintenance:${ID}`);
  return { name: Service, address: Address, port: Port, tags: Tags ?? [], meta, ttl: Number(ttl ?? 0), health: checks.get(ttlCheckId(ID))?.Status, draining: maintenance?.Notes === DRAINING };
}

/** The check of our heartbeats. */
export function ttlCheckId(id: string): string {
  return `service:${id}`;
}

// Consul's own paths are made of ids: what these would come to is another path, which it redirects to or does not know.
const UNUSABLE_ID = /["`\\\p{Cc}]|\/\/|^\/|\/$|(^|\/)\.{1,2}(\/|$)/u;

function checkInstance({ id, name, address, port }: Instance): void {
  const invalid = (reason: string, hint: string) => new AppError("REGISTRATION_INVALID", `Cannot register "${id}" in Consul: ${reason}`, { hint });
  if (id === "" || UNUSABLE_ID.test(id)) throw invalid("Consul has no service of this id", 'An id is as "HOST:CONTAINER:PORT", without quotes, "//" and path segments of dots');
  if (name === "" || /\p{Cc}/u.test(name)) throw invalid(`"${name}" is no name of a service`, "Give it a name of letters, digits and dashes");
  if (address === "") throw invalid("it has no address", "Say which address is advertised");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw invalid(`${port} is no port`, "A port is 1 to 65535, or 0 where there is none");
}
