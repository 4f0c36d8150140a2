import type { Redis } from "ioredis";
import { toValue } from "../../core/entry.ts";
import { type Key, lineage, ROOT } from "../../core/key.ts";
import { isReply } from "./errors.ts";
import type { Journal } from "./journal.ts";
import { globOf, type Names } from "./names.ts";

/** How a session is told which names changed. */
export interface Telling {
  readonly by: "tracking" | "notifications" | undefined;
  /** Answers false where it cannot follow more beside what it follows. */
  follow(prefixes: readonly Key[]): Promise<boolean>;
}

export interface TellingOptions {
  /** Asks, and its tracking ends with it. */
  readonly asked: Redis;
  /** Is subscribed, and can do nothing else. */
  readonly told: Redis;
  readonly journal: Journal;
  readonly names: Names;
  readonly database: number;
}

/** The best that this Redis does: tracking (since 6.0, tells of everything, needs no setting), else keyspace notifications where they are on. */
export async function openTelling(options: TellingOptions): Promise<Telling> {
  return (await openTracking(options)) ?? (await openNotifications(options)) ?? { by: undefined, follow: async () => true };
}

const INVALIDATE = "__redis__:invalidate";

/** See https://redis.io/docs/latest/develop/reference/client-side-caching/, "Broadcasting mode". */
async function openTracking({ asked, told, journal, names }: TellingOptions): Promise<Telling | undefined> {
  const id = await unlessRefused(told.client("ID"));
  const track = (starts: readonly string[]) => asked.client("TRACKING", "ON", "REDIRECT", id as number, "BCAST", ...starts.flatMap((start) => ["PREFIX", start] as const));
  // Only to see whether we may: nothing has this name.
  if (id === undefined || (await unlessRefused(track([NOTHING]))) === undefined) return undefined;
  await asked.client("TRACKING", "OFF");
  if ((await unlessRefused(told.subscribe(INVALIDATE))) === undefined) return undefined;
  // A list of names, or null when a database was flushed; the package's types know texts alone.
  told.on("messageBuffer", (_channel: Buffer, message: unknown) => {
    if (Array.isArray(message)) for (const name of message as Buffer[]) note(name, journal);
    else journal.noteAll();
  });
  const tracked: string[] = [];
  return {
    by: "tracking",
    async follow(prefixes) {
      const wanted = shortest(prefixes.map((prefix) => startOf(prefix, names))).filter((start) => !tracked.some((known) => start.startsWith(known)));
      // Redis takes no two of which one begins with the other.
      if (tracked.some((known) => wanted.some((start) => known.startsWith(start)))) return false;
      if (wanted.length > 0) await track(wanted);
      tracked.push(...wanted);
      return true;
    },
  };
}

const NOTHING = "\u0000remora";

/** What begins the names of all that may matter to a prefix: a hash above it may hold its keys. */
function startOf(prefix: Key, names: Names): string {
  if (prefix === ROOT) return names.startBelow(ROOT);
  return names.nameOf(`/${prefix.split("/")[1]}` as Key);
}

function shortest(starts: readonly string[]): string[] {
  const all = [...new Set(starts)];
  return all.filter((start) => !all.some((other) => other !== start && start.startsWith(other)));
}

/** See https://redis.io/docs/latest/develop/use/keyspace-notifications/. Flushing and swapping databases is not told by them. */
async function openNotifications({ asked, told, journal, names, database }: TellingOptions): Promise<Telling | undefined> {
  const [, flags = ""] = ((await unlessRefused(asked.config("GET", "notify-keyspace-events"))) ?? []) as string[];
  // K is the channel by key; A stands for all kinds of events, $ strings, h hashes, g generic ones, x expired, e evicted.
  if (!flags.includes("K") || !(flags.includes("A") || ["g", "$", "h", "x", "e"].every((kind) => flags.includes(kind)))) return undefined;
  const start = `__keyspace@${database}__:`;
  const noteChannel = (channel: Buffer) => note(channel.subarray(start.length), journal);
  told.on("messageBuffer", noteChannel);
  told.on("pmessageBuffer", (_pattern: unknown, channel: Buffer) => noteChannel(channel));
  const followed = new Set<Key>();
  return {
    by: "notifications",
    async follow(prefixes) {
      for (const prefix of prefixes) {
        if (followed.has(prefix)) continue;
        await told.subscribe(...[...lineage(prefix)].map((key) => start + names.nameOf(key)));
        await told.psubscribe(globOf(start + names.startBelow(prefix)));
        followed.add(prefix);
      }
      return true;
    },
  };
}

function note(bytes: Buffer, journal: Journal): void {
  const name = toValue(bytes);
  // A name that is no text is no key.
  if (typeof name === "string") journal.note(name);
}

/** Undefined where Redis does not know the command, or does not allow it. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (isReply(thrown) && !/^(NOAUTH|LOADING|MASTERDOWN) /.test((thrown as Error).message)) return undefined;
    throw thrown;
  }
}
