import { RpcError, STATUS } from "../../clients/etcd/rpc-error.ts";
import type { WatchEvent, WatchResponse } from "../../clients/etcd/messages.ts";
import type { ChangeBatch, Position } from "../../core/backend.ts";
import type { Change } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import type { EntryReader } from "./entries.ts";
import type { EtcdPosition } from "./position.ts";
import type { PrefixRange } from "./ranges.ts";

/** What the watches of one stream have told, and how far each of them is. */
export class WatchProgress {
  /** Whether the server answers when it is asked how far the watches are. */
  isAnswering = true;
  readonly #ranges: readonly PrefixRange[];
  readonly #since: Position & Partial<EtcdPosition>;
  readonly #act: string;
  readonly #byWatchId = new Map<number, PrefixRange>();
  readonly #reached: Map<string, number>;
  #created = 0;
  #answers = 0;
  #clusterId: string;
  #revision: number;
  #newest = 0;
  #events: WatchEvent[] = [];
  // The first batch tells that the watch stands, even when it holds no change.
  #moved = true;

  constructor(ranges: readonly PrefixRange[], since: Position & Partial<EtcdPosition>, act: string) {
    this.#ranges = ranges;
    this.#since = since;
    this.#act = act;
    this.#clusterId = since.clusterId ?? "";
    this.#revision = since.revision;
    this.#reached = new Map(ranges.map(({ name }) => [name, since.reached?.get(name) ?? since.revision]));
  }

  /** Whether the server has answered each request for a watch. */
  get isCreated(): boolean {
    return this.#created === this.#ranges.length;
  }

  get hasSeveral(): boolean {
    return this.#ranges.length > 1;
  }

  /** Whether something may have changed since the position when the watches were created. */
  get isBehind(): boolean {
    return [...this.#reached.values()].some((revision) => revision < this.#newest);
  }

  /** How often the server has said how far all watches are. */
  get answers(): number {
    return this.#answers;
  }

  /** Up to which revision a range is known. */
  reached(name: string): number {
    return this.#reached.get(name) ?? this.#since.revision;
  }

  /** Takes in answers. Throws WATCH_STALE, or an RpcError when a watch was refused. */
  accept(responses: readonly WatchResponse[]): void {
    for (const response of responses) {
      if (response.created) this.#onCreated(response);
      else if (response.canceled) throw this.#stale(cancelReason(response));
      else this.#onEvents(response);
    }
  }

  /** What was taken in since the last batch, in the order of the revisions; undefined when there is nothing. */
  batch(entries: EntryReader): ChangeBatch | undefined {
    if (!this.#moved) return undefined;
    const events = this.#events.sort((a, b) => a.kv.modRevision - b.kv.modRevision);
    this.#events = [];
    this.#moved = false;
    this.#revision = Math.max(this.#revision, events.at(-1)?.kv.modRevision ?? 0, Math.min(...this.#reached.values()));
    const position: EtcdPosition = { revision: this.#revision, clusterId: this.#clusterId, reached: new Map(this.#reached) };
    return { kind: "changes", position, changes: events.map((event) => entries.change(event)).filter((change): change is Change => change !== undefined) };
  }

  #onCreated(response: WatchResponse): void {
    const range = this.#ranges[this.#created++] as PrefixRange;
    if (response.canceled) throw this.#refused(range, response);
    const { clusterId, revision } = response.header;
    if (this.#since.clusterId && clusterId !== this.#since.clusterId) throw this.#stale("this is another cluster now");
    if (revision < this.#since.revision) throw this.#stale(`the store went back from revision ${this.#since.revision} to ${revision}`);
    this.#clusterId = clusterId;
    this.#newest = Math.max(this.#newest, revision);
    this.#byWatchId.set(response.watchId, range);
  }

  #refused({ name }: PrefixRange, response: WatchResponse): Error {
    const { cancelReason: why } = response;
    if (/permission denied/i.test(why)) return new RangeDenied(name);
    if (/auth token|auth store|user name is empty/i.test(why)) return new RpcError(STATUS.unauthenticated, why);
    return this.#stale(cancelReason(response));
  }

  #onEvents({ header, watchId, events }: WatchResponse): void {
    const range = this.#byWatchId.get(watchId);
    if (range === undefined) {
      this.#answers += 1;
      return;
    }
    // While a watch catches up, the header holds the store's newest revision, far ahead of the events: only an answer
    // without events tells by its header how far the watch is.
    const revision = events.at(-1)?.kv.modRevision ?? header.revision;
    if (revision <= this.reached(range.name)) return;
    this.#reached.set(range.name, revision);
    for (const event of events) this.#events.push(event);
    this.#moved = true;
  }

  #stale(why: string): AppError {
    return new AppError("WATCH_STALE", `${this.#act}: ${why}`);
  }
}

/** The user may not watch a range. */
export class RangeDenied extends RpcError {
  readonly range: string;

  constructor(range: string) {
    super(STATUS.permissionDenied, "permission denied");
    this.range = range;
  }
}

function cancelReason({ compactRevision, cancelReason: why }: WatchResponse): string {
  return compactRevision > 0 ? `revisions before ${compactRevision} are compacted` : why || "the server canceled the watch";
}
