import type { Redis } from "ioredis";
import type { Swap, Writer } from "../../core/backend.ts";
import { sameValue, toValue, type Value } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { isSpecial, type Key, lineage, ROOT } from "../../core/key.ts";
import type { Clock } from "../../core/ports.ts";
import type { Connector } from "./connect.ts";
import { redisError } from "./errors.ts";
import type { Names } from "./names.ts";

const DEADLINE_MS = 10_000;

/** Writes over a connection of its own, each call in one transaction. */
export async function openRedisWriter({ connector, names, ports }: { readonly connector: Connector; readonly names: Names; readonly ports: { readonly clock: Clock } }): Promise<Writer> {
  let client: Redis | undefined;
  // What is watched for a transaction is watched by the whole connection: calls take turns.
  let turn: Promise<unknown> = Promise.resolve();
  const attempt = async <T>(verb: string, keys: readonly Key[], plan: (client: Redis) => Promise<Plan<T>>): Promise<T> => {
    const act = `Cannot ${verb} ${keys.map((key) => `"${key}"`).join(", ")} ${verb === "delete" ? "from" : "to"} Redis at ${connector.address.name}`;
    for (const key of keys) if (key === ROOT || isSpecial(key)) throw new AppError("BACKEND_REFUSED", `${act}: it is not a key`, { hint: 'A key is as "/db/host"' });
    const over = new AbortController();
    const cancel = ports.clock.after(DEADLINE_MS, () => over.abort(new Error(`it took longer than ${DEADLINE_MS / 1_000} s`)));
    const own = () => over.signal.aborted;
    over.signal.addEventListener("abort", () => client?.disconnect());
    try {
      if (client?.status !== "ready") client = await connector.connect(over.signal);
      return await transact(client, keys.flatMap((key) => [...lineage(key)].map(names.nameOf)), plan, own);
    } catch (thrown) {
      throw redisError(act, over.signal.aborted ? over.signal.reason : thrown);
    } finally {
      cancel();
    }
  };
  const inTurn = <T>(...call: Parameters<typeof attempt<T>>): Promise<T> => {
    const mine = turn.then(() => attempt(...call));
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    put: (key, value) => inTurn("write", [key], async (redis) => ({ commands: [write(await placeOf(redis, key, names), value)], answer: undefined })),
    delete: (key) =>
      inTurn("delete", [key], async (redis) => {
        const place = await placeOf(redis, key, names);
        const command: Command = place.field === undefined ? ["del", place.name] : ["hdel", place.name, place.field];
        return place.value === undefined ? { commands: [], answer: false } : { commands: [command], answer: true };
      }),
    swap: (swaps) =>
      inTurn("write", swaps.map(({ key }) => key), async (redis) => {
        const places = await Promise.all(swaps.map(({ key }) => placeOf(redis, key, names)));
        if (!swaps.every(({ expected }, at) => holds(places[at]?.value, expected))) return { commands: [], answer: false };
        return { commands: swaps.map(({ value }, at) => write(places[at] as Place, value)), answer: true };
      }),
    async [Symbol.asyncDispose]() {
      client?.disconnect();
    },
  };
}

/** A command, in small letters as the package has it, and what it is given. */
type Command = [name: string, ...parameters: (string | Buffer)[]];

interface Plan<T> {
  readonly commands: readonly Command[];
  readonly answer: T;
}

/** Carries out a plan, made anew for as long as one of the names changes after the plan read it. */
async function transact<T>(client: Redis, watched: readonly string[], plan: (client: Redis) => Promise<Plan<T>>, isOver: () => boolean): Promise<T> {
  for (;;) {
    await client.unwatch();
    await client.watch(...new Set(watched.filter((name) => name !== "")));
    const { commands, answer } = await plan(client);
    if (commands.length === 0) return answer;
    const replies = await client.multi(commands.map((command) => [...command])).exec();
    for (const [error] of replies ?? []) if (error !== null) throw error;
    if (replies !== null) return answer;
    if (isOver()) throw new Error("others change the same keys all the time");
  }
}

/** Where a key is held, or would be: as a string of its own, or as a field of a hash above it that has it. */
interface Place {
  readonly name: string;
  readonly field?: string;
  readonly value: Value | undefined;
}

async function placeOf(client: Redis, key: Key, names: Names): Promise<Place> {
  const [own, ...above] = [...lineage(key)].map((one) => ({ key: one, name: names.nameOf(one) }));
  const name = own?.name ?? "";
  const type = await client.type(name);
  if (type === "string") return { name, value: toValue((await client.getBuffer(name)) ?? new Uint8Array()) };
  for (const hash of above) {
    if (hash.name === "" || (await client.type(hash.name)) !== "hash") continue;
    const rest = key.slice(hash.key === ROOT ? 1 : hash.key.length + 1);
    for (const field of new Set([names.nameOf(`/${rest}` as Key).replace(/^\//, ""), rest])) {
      const value = await client.hgetBuffer(hash.name, field);
      if (value !== null) return { name: hash.name, field, value: toValue(value) };
    }
  }
  if (type === "none") return { name, value: undefined };
  throw new AppError("BACKEND_REFUSED", `Cannot write "${key}" to Redis: "${name}" is a ${type} there`, { hint: type === "hash" ? `Write one of its fields: "${key}/FIELD"` : "Remove it, or choose another key" });
}

function write({ name, field }: Place, value: Value): Command {
  return field === undefined ? ["set", name, Buffer.from(value as Uint8Array)] : ["hset", name, field, Buffer.from(value as Uint8Array)];
}

function holds(found: Value | undefined, expected: Swap["expected"]): boolean {
  if (found === undefined || expected === undefined) return found === expected;
  return sameValue(found, expected);
}
