import { type ACL, type Client, Exception, type Stat, type Transaction } from "node-zookeeper-client";
import { answerOf, atVersion, isCode } from "../../clients/zookeeper/package.ts";
import type { ZookeeperSession } from "../../clients/zookeeper/session.ts";
import type { Swap, Writer } from "../../core/backend.ts";
import { sameValue, toValue, type Value } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { type Key, lineage, ROOT } from "../../core/key.ts";
import type { Clock } from "../../core/ports.ts";
import { zookeeperError } from "./errors.ts";
import { canBeNode, type Paths } from "./paths.ts";

export interface ZookeeperWriterOptions {
  readonly open: (signal: AbortSignal) => Promise<ZookeeperSession>;
  /** Of nodes that are made. */
  readonly acl: ACL[];
  readonly paths: Paths;
  readonly address: string;
  readonly clock: Clock;
}

const DEADLINE_MS = 10_000;

/** Writes under a session of its own, each call in one transaction. */
export async function openZookeeperWriter({ open, acl, paths, address, clock }: ZookeeperWriterOptions): Promise<Writer> {
  let session: ZookeeperSession | undefined;
  const attempt = async <T>(verb: string, keys: readonly Key[], plan: Plan<T>): Promise<T> => {
    const act = `Cannot ${verb} ${keys.map((key) => `"${key}"`).join(", ")} ${verb === "delete" ? "from" : "to"} ZooKeeper at ${address}`;
    for (const key of keys) if (key === ROOT || !canBeNode(key)) throw new AppError("BACKEND_REFUSED", `${act}: it is not a key`, { hint: 'A key is as "/db/host"; "." and ".." and special characters cannot be names of nodes' });
    const over = new AbortController();
    const cancel = clock.after(DEADLINE_MS, () => over.abort(new Error(`it took longer than ${DEADLINE_MS / 1_000} s`)));
    try {
      if (session === undefined || session.over.aborted) session = await open(over.signal);
      return await transact(session, plan, over.signal);
    } catch (thrown) {
      throw zookeeperError(act, over.signal.aborted ? over.signal.reason : thrown);
    } finally {
      cancel();
    }
  };
  const read = (ask: Ask, key: Key) => readNode(ask, paths.pathOf(key));
  const write = async (ask: Ask, key: Key, found: Found | undefined, value: Value, made: Set<string>): Promise<Step[]> => {
    const data = Buffer.from(value as Uint8Array);
    if (found !== undefined) return [(transaction) => atVersion(transaction.setData(paths.pathOf(key), data), found.stat.version)];
    const path = paths.pathOf(key);
    // A key below it came first, and made it.
    if (made.has(path)) return [(transaction) => transaction.setData(path, data)];
    const parents = await missingParents(ask, paths, key, acl, made);
    made.add(path);
    return [...parents, (transaction) => transaction.create(path, data, acl)];
  };
  return {
    put: (key, value) => attempt("write", [key], async (ask) => ({ steps: await write(ask, key, await read(ask, key), value, new Set()), answer: undefined })),
    delete: (key) =>
      attempt("delete", [key], async (ask) => {
        const found = await read(ask, key);
        if (found === undefined || isDirectory(found)) return { steps: [], answer: false };
        const { version, numChildren } = found.stat;
        // What has children stays, as their directory.
        return { steps: [(transaction) => atVersion(numChildren > 0 ? transaction.setData(paths.pathOf(key), null) : transaction.remove(paths.pathOf(key)), version)], answer: true };
      }),
    swap: (swaps) =>
      attempt("write", swaps.map(({ key }) => key), async (ask) => {
        const found = await Promise.all(swaps.map(({ key }) => read(ask, key)));
        if (!swaps.every(({ expected }, at) => holds(found[at], expected))) return { steps: [], answer: false };
        const made = new Set<string>();
        const steps: Step[] = [];
        for (const [at, { key, value }] of swaps.entries()) steps.push(...(await write(ask, key, found[at], value, made)));
        return { steps, answer: true };
      }),
    async [Symbol.asyncDispose]() {
      await session?.end();
    },
  };
}

type Ask = <T>(question: (client: Client) => Promise<T>) => Promise<T>;
type Step = (transaction: Transaction) => Transaction;
type Plan<T> = (ask: Ask) => Promise<{ readonly steps: readonly Step[]; readonly answer: T }>;

/** Carries out a plan, made anew for as long as others change the same nodes after the plan read them. */
async function transact<T>(session: ZookeeperSession, plan: Plan<T>, signal: AbortSignal): Promise<T> {
  const ask: Ask = (question) => session.ask(signal, question);
  for (;;) {
    const { steps, answer } = await plan(ask);
    if (steps.length === 0) return answer;
    try {
      await ask((client) => answerOf((done) => steps.reduce((transaction: Transaction, step) => step(transaction), client.transaction()).commit((error) => done(error, undefined))));
      return answer;
    } catch (thrown) {
      if (!RACES.some((code) => isCode(thrown, code))) throw thrown;
    }
  }
}

const RACES = [Exception.NO_NODE, Exception.NODE_EXISTS, Exception.BAD_VERSION, Exception.NOT_EMPTY];

interface Found {
  readonly data: Uint8Array;
  readonly stat: Stat;
}

function readNode(ask: Ask, path: string): Promise<Found | undefined> {
  return ask((client) =>
    answerOf<Found | undefined>((done) =>
      client.getData(path, (error: unknown, data: Buffer | undefined, stat: Stat) => {
        if (isCode(error, Exception.NO_NODE)) done(undefined, undefined);
        else done(error, error ? undefined : { data: data ?? new Uint8Array(), stat });
      }),
    ),
  );
}

/** Makes the directories above a key that there are not, the highest first. */
async function missingParents(ask: Ask, paths: Paths, key: Key, acl: ACL[], made: Set<string>): Promise<Step[]> {
  const steps: Step[] = [];
  const chroot = paths.pathOf(ROOT);
  const above = [...lineage(key)].slice(1).map(paths.pathOf).concat([...lineage(chroot as Key)].slice(1));
  for (const path of new Set(above)) {
    if (path === "/" || made.has(path) || (await readNode(ask, path)) !== undefined) break;
    made.add(path);
    steps.unshift((transaction) => transaction.create(path, acl));
  }
  return steps;
}

function isDirectory({ data, stat }: Found): boolean {
  return data.length === 0 && stat.numChildren > 0;
}

function holds(found: Found | undefined, expected: Swap["expected"]): boolean {
  const value = found === undefined || isDirectory(found) ? undefined : toValue(found.data);
  if (value === undefined || expected === undefined) return value === expected;
  return sameValue(value, expected);
}
