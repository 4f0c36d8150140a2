import { backends } from "../backends/index.ts";
import type { Backend, Writer } from "../core/backend.ts";
import type { Entry } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import { covers, type Key } from "../core/key.ts";
import { resolveName } from "../template/index.ts";
import type { Invocation } from "./command.ts";
import { openSettings, type SettingsSession } from "./session.ts";

/** A name as a person wrote it: "/db/host" below the configured prefix, "consul:/db/host" of another backend. */
export interface Named {
  readonly backend: string;
  readonly key: Key;
  /** What stands before the keys of that backend. */
  readonly prefix: Key;
}

/** Reads and writes keys for commands that are about them. */
export interface KeyAccess extends SettingsSession {
  resolve(name: string): Named;
  /** What is at and below a name, sorted by key. */
  read(name: string): Promise<Named & { readonly entries: readonly Entry[] }>;
  /** The entry at a name. Throws when there is none. */
  get(name: string): Promise<Named & { readonly entry: Entry }>;
  /** Opens a backend and its writer for the act. Throws USAGE for one that can only be read. */
  write<T>(backend: string, act: (writer: Writer, backend: Backend) => Promise<T>): Promise<T>;
  /** Aborts when the backend had its time (`timeout`) to answer. */
  readonly signal: AbortSignal;
}

/** Gives the act access to keys for as long as it runs. */
export async function withKeys<T>(invocation: Invocation, act: (access: KeyAccess) => Promise<T>): Promise<T> {
  return accessKeys(await openSettings(invocation), { env: invocation.outside.env }, act);
}

/** The same, with settings that are already there; `signal` ends it sooner. */
export async function accessKeys<T>(session: SettingsSession, { env, signal }: { readonly env: Invocation["outside"]["env"]; readonly signal?: AbortSignal }, act: (access: KeyAccess) => Promise<T>): Promise<T> {
  const { settings, ports } = session;
  const limit = new AbortController();
  const cancel = ports.clock.after(settings.timeout, () => limit.abort(new AppError("BACKEND_UNREACHABLE", "Cannot reach the backend in time", { hint: "Raise --timeout, or look whether the address is right" })));
  const ended = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
  const open = (name: string) => definition(name).open(settings.backends[name], { ...ports, env });
  const resolve = (name: string) => resolveName(name, settings.prefix, settings.backend);
  const read = async (name: string) => {
    const named = resolve(name);
    await using backend = await open(named.backend);
    const { entries } = await backend.read([named.key], { signal: ended });
    const found = entries.filter((entry) => covers(named.key, entry.key));
    return { ...named, entries: found.sort((a, b) => (a.key < b.key ? -1 : 1)) };
  };
  try {
    return await act({
      ...session,
      resolve,
      read,
      async get(name) {
        const { entries, ...named } = await read(name);
        const entry = entries.find((candidate) => candidate.key === named.key);
        if (entry === undefined) throw new AppError("TEMPLATE_MISSING_KEY", `Cannot get "${name}": there is no such key`);
        return { ...named, entry };
      },
      async write(name, step) {
        await using backend = await open(name);
        if (backend.writer === undefined) throw new AppError("USAGE", `Cannot write to backend "${name}": it can only be read`);
        await using writer = await backend.writer();
        return await step(writer, backend);
      },
      signal: ended,
    });
  } finally {
    cancel();
  }
}

function definition(name: string): (typeof backends)[number] {
  const found = backends.find((candidate) => candidate.name === name);
  if (found === undefined) throw new AppError("USAGE", `There is no backend "${name}"`, { hint: `Known: ${backends.map((known) => known.name).join(", ")}` });
  return found;
}

/** What came on standard input or from an editor ends with a line break that is not meant. */
export function withoutLastNewline(content: Uint8Array): Uint8Array {
  return content.at(-1) === 10 ? content.slice(0, -1) : content;
}
