import { addressesOf, servicesOf } from "../clients/dns/resolve.ts";
import type { Backend, BackendDefinition } from "../core/backend.ts";
import { type Entry, sameValue } from "../core/entry.ts";
import { AppError, reason } from "../core/error.ts";
import { isSpecial, type Key } from "../core/key.ts";

const LOOK_AGAIN_MS = 30_000;

/** What lookupIP and lookupSRV of templates read: "ip:HOST", "ipv4:HOST", "ipv6:HOST" and "srv:_web._tcp.NAME", looked up again every 30 s. */
export const dnsBackend: BackendDefinition = {
  name: "dns",
  summary: "Addresses and services in DNS, for lookupIP and lookupSRV",
  async open(_options, { clock }): Promise<Backend> {
    const known = new Map<Key, Entry>();
    const look = async (key: Key): Promise<Entry> => {
      const value = await lookUp(key);
      const before = known.get(key);
      const entry = before !== undefined && sameValue(before.value, value) ? before : { key, value, revision: (before?.revision ?? 0) + 1 };
      known.set(key, entry);
      return entry;
    };
    return {
      name: "dns",
      resumes: true,
      cover: (keys) => [...new Set(keys)].sort(),
      async read(keys) {
        return { position: { revision: 0 }, entries: await Promise.all(keys.filter(isSpecial).map(look)) };
      },
      async *watch(keys, _since, signal) {
        for (;;) {
          await clock.sleep(LOOK_AGAIN_MS, signal);
          for (const prefix of keys) yield { kind: "subtree", position: { revision: 0 }, prefix, entries: [await look(prefix)] };
        }
      },
      async [Symbol.asyncDispose]() {},
    };
  },
};

/** A list in JSON, sorted; empty when the name has none. */
async function lookUp(key: Key): Promise<string> {
  const colon = key.indexOf(":");
  const [kind, name] = [key.slice(0, colon), key.slice(colon + 1)];
  try {
    return JSON.stringify(kind === "srv" ? await servicesOf(name) : await addressesOf(name, kind === "ipv4" ? 4 : kind === "ipv6" ? 6 : 0));
  } catch (thrown) {
    throw new AppError("BACKEND_UNREACHABLE", `Cannot look up "${name}": ${reason(thrown)}`, { cause: thrown });
  }
}
