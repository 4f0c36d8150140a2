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

/** Most names are strings: one question has them all. Only where there are hashes among the others is it asked again, for both together. */
async function readAtOnce(wanted: readonly string[], options: ReadNamesOptions): Promise<[string, Held][]> {
  const [texts] = await options.ask((client) => answers(client.pipeline().mgetBuffer([...wanted])));
  const isString = (at: number) => Array.isArray(texts) && texts[at] !== null;
  const others = wanted.filter((_, at) => !isString(at));
  const typed = others.length === 0 ? [] : await typesOf(others, options);
  const hashes = typed.flatMap(({ name, type }) => (type === "hash" ? [name] : []));
  // Where one of them may not be read, none was: those that may are known by their types.
  const strings = Array.isArray(texts) ? wanted.filter((_, at) => isString(at)) : typed.flatMap(({ name, type }) => (type === "string" ? [name] : []));
  if (Array.isArray(texts) && hashes.length === 0) return heldBy(strings, texts.filter((text) => text !== null), options);
  return readBoth(strings, hashes, options);
}

async function typesOf(wanted: readonly string[], { names, ask, isOurs }: ReadNamesOptions): Promise<{ readonly name: string; readonly type: unknown }[]> {
  const types = await ask((client) => answers(wanted.reduce((pipeline: ChainableCommander, name) => pipeline.type(name), client.pipeline())));
  return wanted.map((name, at) => {
    const [key, type] = [names.keyOf(name), types[at]];
    if (type instanceof Error && (key === undefined || isOurs(key))) throw type;
    return { name, type };
  });
}

async function readBoth(strings: readonly string[], hashes: readonly string[], options: ReadNamesOptions): Promise<[string, Held][]> {
  if (strings.length + hashes.length === 0) return [];
  const replies = await options.ask((client) => answers(hashes.reduce(addHash, strings.length === 0 ? client.multi() : client.multi().mgetBuffer([...strings]))));
  const [texts, ...tables] = strings.length === 0 ? [[], ...replies] : replies;
  if (texts instanceof Error) throw texts;
  const fields = hashes.flatMap((name, at): [string, Held][] => {
    const key = options.names.keyOf(name);
    return key === undefined || tables[at] instanceof Error ? [] : [[name, fieldsOf(key, tables[at] as readonly Buffer[], options.names)]];
  });
  return [...heldBy(strings, texts as readonly (Buffer | null)[], options), ...fields];
}

function heldBy(strings: readonly string[], texts: readonly (Buffer | null)[], { names }: ReadNamesOptions): [string, Held][] {
  return strings.flatMap((name, at): [string, Held][] => {
    const [key, text] = [names.keyOf(name), texts[at]];
    // It is gone, or of another type by now: it changed, and will be read again.
    return key === undefined || text === null || text === undefined ? [] : [[name, new Map([[key, toValue(text)]])]];
  });
}

/** The package makes an object of what HGETALL answers, unless it does not know the command by its name. */
function addHash(multi: ChainableCommander, name: string): ChainableCommander {
  return multi.callBuffer("HGETALL", name);
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
