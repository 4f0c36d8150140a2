import type { EtcdCalls } from "./etcd-calls.ts";

export interface HeldLease {
  readonly id: string;
  /** The revision at which the side key was written. */
  readonly revision: string;
}

export interface LeaseHolderOptions {
  readonly calls: EtcdCalls;
  /** The key that says which lease is the registrar's; it is under that lease itself. */
  readonly sideKey: string;
  /** In seconds. */
  readonly ttl: number;
}

/** Holds the one lease of a registrar: that of an earlier run as long as it lives, else a new one. */
export class LeaseHolder {
  readonly #calls: EtcdCalls;
  readonly #sideKey: string;
  readonly #ttl: number;
  #held: HeldLease | undefined;
  #taking: Promise<HeldLease> | undefined;

  constructor({ calls, sideKey, ttl }: LeaseHolderOptions) {
    this.#calls = calls;
    this.#sideKey = sideKey;
    this.#ttl = ttl;
  }

  /** What was held last, whether it still lives or not. */
  get held(): HeldLease | undefined {
    return this.#held;
  }

  /** Makes sure, by asking etcd, that a lease is held. */
  take(): Promise<HeldLease> {
    this.#taking ??= this.#take().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  async #take(): Promise<HeldLease> {
    const [side] = await this.#calls.read([this.#sideKey]);
    const former = await this.#living(side === undefined ? this.#held?.id : side.lease);
    const fits = former !== undefined && (side === undefined || side.value === this.#sideValue);
    const id = fits ? former.id : await this.#calls.grant(this.#ttl);
    if ((side === undefined || !fits) && !(await this.#claim(id, side?.revision ?? ABSENT))) {
      // Another run of this registrar was faster.
      if (!fits) await this.#calls.revoke(id);
      return this.#take();
    }
    if (former !== undefined && !fits) await this.#moveAll(former, id);
    this.#held = { id, revision: (await this.#calls.read([this.#sideKey]))[0]?.revision ?? ABSENT };
    return this.#held;
  }

  async #living(id: string | undefined) {
    if (id === undefined || id === NO_LEASE) return undefined;
    const lease = await this.#calls.lease(id);
    return lease.left > 0 ? lease : undefined;
  }

  /** Says that the lease is the registrar's; answers false when somebody wrote there meanwhile. */
  async #claim(id: string, revision: string): Promise<boolean> {
    return (await this.#calls.put({ key: this.#sideKey, value: this.#sideValue, lease: id }, revision)) === "written";
  }

  /** A lease cannot be given another TTL: what is under it goes to a new one, without being away for a moment. */
  async #moveAll(from: { readonly id: string; readonly keys: readonly Buffer[] }, to: string): Promise<void> {
    await this.#calls.move(from.keys, from.id, to);
    await this.#calls.revoke(from.id);
  }

  get #sideValue(): string {
    return JSON.stringify({ ttl: this.#ttl });
  }
}

const NO_LEASE = "0";
const ABSENT = "0";
