import type { Instance } from "./instance.ts";
import type { Ports } from "./ports.ts";
import type { LeaseState } from "./status.ts";

/** One thing in a registry: a key with its value, a service of an agent, a member of a list. */
export interface Registration {
  /** Unique in this registry: the key, the service's id, the list and its member. */
  readonly id: string;
  /** What is written there; equal text is equal, whoever made it. */
  readonly value: string;
}

/**
 * Where instances are published. Everything in it that this registrar put there is its own, known by a lease, a side key or
 * metadata, never by the visible value; what others own is never touched. All methods throw AppErrors (BACKEND_*,
 * REGISTRATION_*), or the signal's reason when it aborts.
 */
export interface Registry extends AsyncDisposable {
  readonly name: string;
  /** What an instance comes to here; nothing for one that is not to be seen now. Throws REGISTRATION_INVALID for what cannot be held. */
  registrations(instance: Instance): readonly Registration[];
  /** What this registrar, or an earlier run of it, has there now: value by id. Takes up the lease or session of that earlier run. */
  owned(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Writes one. The same value again costs nothing that others notice. Throws REGISTRATION_CONFLICT when somebody else owns that id. */
  put(registration: Registration, signal: AbortSignal): Promise<void>;
  /** Removes one of its own; one that is gone is fine. */
  deregister(id: string, signal: AbortSignal): Promise<void>;
  /** Keeps alive what was registered, and resolves when it may be gone (a lost lease, a restarted agent): everything has to be looked at again. */
  keepAlive(signal: AbortSignal): Promise<void>;
  /** What keeps alive what was registered, as far as it is known; absent where nothing has to. */
  lease?(): LeaseState | undefined;
}

export interface RegistryContext {
  /** Who owns what is registered: stable over restarts and changes of the host's name. */
  readonly registrar: string;
  /** How long a registration outlives its registrar, in milliseconds. */
  readonly ttl: number;
  /** What to do when an id belongs to somebody else. */
  readonly onConflict: "refuse" | "take over";
  readonly ports: Pick<Ports, "clock" | "log" | "random" | "files" | "mask">;
}
