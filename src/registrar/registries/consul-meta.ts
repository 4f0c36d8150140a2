/** Attributes as metadata that Consul takes: at most 64 pairs, of which some are ours, keys of [A-Za-z0-9_-], values of up to 512 bytes. */
export interface LegalMeta {
  /** By key, sorted. */
  readonly meta: Readonly<Record<string, string>>;
  /** Keys of the attributes that cannot be kept, as they were given. */
  readonly left: readonly string[];
}

const MOST_PAIRS = 64;
const LONGEST_KEY = 128;
const LONGEST_VALUE_BYTES = 512;

/** Consul refuses a whole registration for one attribute that it does not take, so each is made legal, or left out. `reserved` are the keys of ours. */
export function legalMeta(attributes: Readonly<Record<string, string>>, reserved: readonly string[]): LegalMeta {
  const used = new Set(reserved);
  const meta = new Map<string, string>();
  const left: string[] = [];
  for (const key of Object.keys(attributes).sort(legalFirst)) {
    const value = attributes[key] ?? "";
    if (Buffer.byteLength(value) > LONGEST_VALUE_BYTES || used.size >= MOST_PAIRS) {
      left.push(key);
      continue;
    }
    const name = freeName(legalKey(key), used);
    used.add(name);
    meta.set(name, value);
  }
  return { meta: Object.fromEntries([...meta].sort(([a], [b]) => (a < b ? -1 : 1))), left };
}

/** What is legal keeps its name, whatever else comes to the same one; and the order never depends on how it was written. */
function legalFirst(a: string, b: string): number {
  return Number(legalKey(a) !== a) - Number(legalKey(b) !== b) || (a < b ? -1 : 1);
}

function legalKey(key: string): string {
  const characters = key.replace(/[^A-Za-z0-9_-]/gu, "_").slice(0, LONGEST_KEY);
  // Consul keeps keys that begin so to itself.
  return characters.replace(/^consul-/, "consul_") || "_";
}

/** The name, or with a number when it is taken: "zone", "zone_2", "zone_3". */
function freeName(name: string, used: ReadonlySet<string>): string {
  for (let number = 2, free = name; ; number++) {
    if (!used.has(free)) return free;
    const ending = `_${number}`;
    free = name.slice(0, LONGEST_KEY - ending.length) + ending;
  }
}
