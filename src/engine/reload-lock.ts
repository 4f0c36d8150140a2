import { backoff } from "../core/backoff.ts";
import type { Backend, BackendDefinition, BackendPorts } from "../core/backend.ts";
import { AppError, toAppError } from "../core/error.ts";
import type { QueuePlace, Waiting } from "../core/queue.ts";
import type { ReloadLock } from "../core/unit.ts";

const LOOK_MIN_MS = 200;
const LOOK_MAX_MS = 1_000;
const MOST_NAMED = 3;

export interface ReloadLocksOptions {
  readonly definitions: readonly BackendDefinition[];
  /** The options of each backend, by its name. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly ports: BackendPorts;
  /** What the others are told who holds it. */
  readonly hostname: string;
}

export interface TakeOptions {
  readonly unit: string;
  readonly signal: AbortSignal;
  /** Called with a sentence whenever what is waited for becomes another: who holds it, where a reload failed, what is away. */
  readonly onWaiting: (why: string) => void;
}

/** A lock that is held. */
export interface HeldLock {
  readonly isLost: boolean;
  /** Stops the roll-out: nobody takes the lock while it is held after this. */
  fail(): Promise<void>;
  release(): Promise<void>;
}

/** The locks of a fleet under which reloads run: `limit` at a time, first come first served, and none while one that failed is held. */
export class ReloadLocks implements AsyncDisposable {
  readonly #options: ReloadLocksOptions;
  readonly #backends = new Map<string, Promise<Backend>>();

  constructor(options: ReloadLocksOptions) {
    this.#options = options;
  }

  /** Waits for as long as it takes, outages included. Throws the signal's reason. */
  async take(lock: ReloadLock, { unit, signal, onWaiting }: TakeOptions): Promise<HeldLock> {
    const { clock, random, log } = this.#options.ports;
    const look = backoff({ min: LOOK_MIN_MS, max: LOOK_MAX_MS, random: random.fraction });
    let [place, told]: [QueuePlace | undefined, string | undefined] = [undefined, undefined];
    const wait = (why: string) => {
      if (why !== told) onWaiting(why);
      told = why;
    };
    try {
      for (; ; await clock.sleep(look.next(), signal)) {
        signal.throwIfAborted();
        try {
          if (place?.lost.aborted) place = await leave(place);
          place ??= await this.#join(lock, unit);
          const others = blocking(await place.list(), place.id, lock.limit);
          if (others === undefined) {
            await place.say(this.#note(unit, "reloading"));
            log.debug("Took the reload lock", { unit, lock: lock.key });
            return this.#held(place, unit);
          }
          wait(others);
        } catch (thrown) {
          wait(toAppError(thrown).message);
          place = await leave(place);
        }
      }
    } catch (thrown) {
      await leave(place);
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const backend of this.#backends.values()) await (await backend)[Symbol.asyncDispose]();
  }

  #held(place: QueuePlace, unit: string): HeldLock {
    return {
      get isLost() {
        return place.lost.aborted;
      },
      // What cannot be said is not worth another failure: the place is held all the same.
      fail: () => place.say(this.#note(unit, "failed")).catch(() => {}),
      release: async () => void (await leave(place)),
    };
  }

  async #join({ backend, key }: ReloadLock, unit: string): Promise<QueuePlace> {
    const opened = await this.#open(backend);
    if (opened.joinQueue === undefined) throw new AppError("INTERNAL", `Cannot lock "${key}" in ${backend}: it keeps no queue`);
    return opened.joinQueue(key, this.#note(unit, "waiting"));
  }

  #open(name: string): Promise<Backend> {
    const { definitions, options, ports } = this.#options;
    const definition = definitions.find((candidate) => candidate.name === name);
    if (definition === undefined) throw new Error(`no backend is named ${name}`);
    const known = this.#backends.get(name);
    if (known !== undefined) return known;
    const opening = definition.open(options[name], ports);
    this.#backends.set(name, opening);
    // What cannot be opened now, for want of a file say, may be later.
    opening.catch(() => this.#backends.delete(name));
    return opening;
  }

  #note(unit: string, state: Note["state"]): string {
    const { hostname, ports } = this.#options;
    return JSON.stringify({ host: hostname, unit, state, at: new Date(ports.clock.now()).toISOString() } satisfies Note);
  }
}

/** What each says of itself beside its place. */
interface Note {
  readonly host: string;
  readonly unit: string;
  readonly state: "waiting" | "reloading" | "failed";
  readonly at: string;
}

/** Why it is not this one's turn; undefined when it is. */
function blocking(queue: readonly Waiting[], id: string, limit: number): string | undefined {
  const ahead = queue.findIndex((one) => one.id === id);
  if (ahead < 0) throw new AppError("BACKEND_REFUSED", "The place in the queue of the lock is gone");
  const notes = queue.map((one) => ({ id: one.id, ...readNote(one.note) }));
  const failed = notes.find((one) => one.id !== id && one.state === "failed");
  if (failed !== undefined) return `the reload of unit "${failed.unit}" failed on ${failed.host} at ${failed.at}`;
  if (ahead < limit) return undefined;
  const holders = notes.slice(0, limit).map(({ host }) => host);
  return `${holders.slice(0, MOST_NAMED).join(", ")}${holders.length > MOST_NAMED ? ` and ${holders.length - MOST_NAMED} more` : ""} ${holders.length === 1 ? "holds" : "hold"} the lock, ${ahead - limit} wait before`;
}

/** Whoever wrote something else there is in the queue all the same. */
function readNote(text: string): Note {
  const unknown: Note = { host: "somebody", unit: "?", state: "waiting", at: "?" };
  try {
    return { ...unknown, ...(JSON.parse(text) as Partial<Note>) };
  } catch {
    return unknown;
  }
}

async function leave(place: QueuePlace | undefined): Promise<undefined> {
  try {
    await place?.[Symbol.asyncDispose]();
  } catch {
    // It ends by itself.
  }
  return undefined;
}
