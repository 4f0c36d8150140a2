import type { ChainableCommander, Redis } from "ioredis";
import { toValue, type Value } from "../../core/entry.ts";
import type { Key } from "../../core/key.ts";
import type { Names } from "./names.ts";

/** What one name of Redis holds: one key where it is a string, one for each field where it is a hash. */
export type Held = ReadonlyMap<Key, Value>;

/** Asks Redis something; see RedisSession. */
export type Ask = <T>(question: (client: Redis) => Promise<T>) => Promise<T>;

/** More are read in several steps, each of one moment. */
const AT_ONCE = 1_000;

export interface ReadNamesOptions {
  readonly names: Names;
  readonly ask: Ask;
  /** Others are hashes that might hold some of our keys: one that may not be read holds none. */
  readonly isOurs: (key: Key) => boolean;
  readonly onProgress?: ((entries: number) => void) | undefined;
}

/** What these names hold, up to 1,000 of them as of one moment. Lists, sets and streams hold nothing. */
export async function readNames(wanted: readonly string[], options: ReadNamesOptions): Promise<Map<string, Held>> {
  const found = new Map<string, Held>();
  let count = 0;
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    for (const [name, held] of await readAtOnce(some, options)) {
      found.set(name, held);
      count += held.size;
    }
    options.onProgress?.(count);
  }
  return found;
}

async function readAtOnce(wanted: readonly string[], { names, ask, isOurs }: ReadNamesOptions): Promise<[string, Held][]> {
  const types = await ask((client) => answers(wanted.reduce((pipeline: ChainableCommander, name) => pipeline.type(name), client.pipeline())));
  const readable = wanted.flatMap((name, at) => {
    const [key, type] = [names.keyOf(name), types[at]];
    if (type instanceof Error && (key === undefined || isOurs(key))) throw type;
    return key !== undefined && (type === "string" || type === "hash") ? [{ name, key, type }] : [];
  });
  if (readable.length === 0) return [];
  // The package makes an object of what HGETALL answers, unless it does not know the command by its name.
  const addRead = (multi: ChainableCommander, { name, type }: (typeof readable)[number]) => (type === "string" ? multi.getBuffer(name) : multi.callBuffer("HGETALL", name));
  const values = await ask((client) => answers(readable.reduce(addRead, client.multi())));
  return readable.flatMap(({ name, key, type }, at): [string, Held][] => {
    const value = values[at];
    // It is gone, or of another type by now: it changed, and will be read again.
    if (value === null || value instanceof Error) return [];
    return [[name, type === "string" ? new Map([[key, toValue(value as Buffer)]]) : fieldsOf(key, value as readonly Buffer[], names)]];
  });
}

/** The answers of a pipeline; for one key of the wrong type, or that may not be read, the error. */
async function answers(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, value]) => {
    if (error !== null && !/^(WRONGTYPE|NOPERM) /.test(error.message)) throw error;
    return error ?? value;
  });
}

function fieldsOf(hash: Key, flat: readonly Buffer[], names: Names): Held {
  const held = new Map<Key, Value>();
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const field = toValue(flat[at] as Buffer);
    const key = typeof field === "string" ? names.keyOfField(hash, field) : undefined;
    if (key !== undefined) held.set(key, toValue(flat[at + 1] as Buffer));
  }
  return held;
}
