import { toAppError } from "../../core/error.ts";
import type { Health, Instance } from "../../core/instance.ts";
import type { AddressFamily, Clock, Logger } from "../../core/ports.ts";
import type { Source } from "../../core/source.ts";
import { TaskGroup } from "../../core/task-group.ts";
import type { AddressContext, ChosenAddress } from "../address/choose.ts";
import { type FollowedAddresses, followAddress } from "../address/follow.ts";
import type { HostAddressSpec } from "../address/spec.ts";
import type { Check } from "../checks/check.ts";
import type { Checker } from "../checks/checker.ts";
import { worst } from "../checks/tally.ts";

/** A service of this machine or container. */
export interface SelfService {
  readonly name: string;
  /** An instance for each. */
  readonly ports: readonly number[];
  /** Undefined is "NAME-HOSTNAME-PORT"; with several ports each adds its own, "ID-PORT". */
  readonly id?: string | undefined;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly addressSpecs: readonly HostAddressSpec[];
  /** An instance for an address of each; undefined or empty is one address of whichever. */
  readonly families?: readonly AddressFamily[] | undefined;
  /** All must pass before it is registered. */
  readonly checks: readonly Check[];
  /** What becomes of it when one is critical: it is withdrawn, or shown as critical. */
  readonly onFail: "deregister" | "critical";
}

export interface SelfSourceOptions extends AddressContext {
  readonly services: readonly SelfService[];
  readonly hostname: string;
  readonly checker: Pick<Checker, "follow">;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often the address is chosen anew, in milliseconds. */
  readonly addressInterval: number;
}

/** What is known of a service now. */
interface State {
  readonly service: SelfService;
  /** Undefined until it was looked for. */
  addresses: readonly ChosenAddress[] | undefined;
  /** Of each check; undefined until its first run has ended. */
  readonly healths: (Health | undefined)[];
  /** It has passed, and was not withdrawn since. */
  up: boolean;
}

/** Services that register themselves: as their checks say, at the address that the rules choose. */
export class SelfSource implements Source {
  readonly name = "self";
  readonly #options: SelfSourceOptions;
  #wake: () => void = () => {};
  #waiting: readonly string[];

  constructor(options: SelfSourceOptions) {
    this.#options = options;
    this.#waiting = options.services.map(({ name }) => `${name} is being looked at`);
  }

  waiting(): readonly string[] {
    return this.#waiting;
  }

  async *instances(signal: AbortSignal): AsyncGenerator<readonly Instance[]> {
    const states = this.#options.services.map((service): State => ({ service, addresses: undefined, healths: service.checks.map(() => undefined), up: false }));
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    await using tasks = new TaskGroup((error) => {
      if (!either.aborted) this.#options.log.error("Internal error", { source: this.name, error: toAppError(error).stack });
    });
    try {
      for (const state of states) this.#followState(state, tasks, either);
      let told: string | undefined;
      for (;;) {
        signal.throwIfAborted();
        // Before all is known, what an earlier run left must not be withdrawn.
        const instances = states.every(isKnown) ? states.flatMap((state) => this.#instancesOf(state)) : undefined;
        this.#waiting = states.flatMap(waitingOf);
        const text = JSON.stringify(instances);
        if (text === told) {
          await this.#nextWake(either);
        } else {
          told = text;
          yield instances ?? [];
        }
      }
    } finally {
      over.abort(new Error("Nobody follows the source any more"));
    }
  }

  #followState(state: State, tasks: TaskGroup, signal: AbortSignal): void {
    const { checker, addressInterval, clock, network, env, registry } = this.#options;
    const { service } = state;
    tasks.start(async () => {
      const options = { specs: service.addressSpecs, families: service.families, interval: addressInterval, clock, network, env, registry };
      for await (const followed of followAddress(options, signal)) {
        this.#tell(state, followed);
        state.addresses = followed.addresses;
        this.#wake();
      }
    });
    service.checks.forEach((check, index) => {
      tasks.start(async () => {
        for await (const health of checker.follow(check, signal)) {
          state.healths[index] = health;
          this.#judge(state);
          this.#wake();
        }
      });
    });
    this.#judge(state);
  }

  /** Says which address is advertised and why, or why there is none. */
  #tell({ service, addresses: before }: State, { addresses, problem }: FollowedAddresses): void {
    const log = this.#options.log.with({ service: service.name });
    for (const { address, why } of addresses) {
      if (!before?.some((one) => one.address === address)) log.info("Address chosen", { address, why });
    }
    if (problem === undefined) return;
    const kept = addresses.map(({ address }) => address).join(", ");
    log.warn(kept === "" ? "No address to advertise, looking again" : "Address kept, as no other is found", { ...(kept === "" ? {} : { address: kept }), error: problem.message, hint: problem.hint });
  }

  #judge(state: State): void {
    if (!state.healths.every((health) => health !== undefined)) return;
    const health = worst(state.healths);
    if (health === "passing") state.up = true;
    if (health === "critical" && state.service.onFail === "deregister") state.up = false;
  }

  #instancesOf({ service, addresses = [], healths, up }: State): Instance[] {
    if (!up) return [];
    const health = worst(healths.filter((one) => one !== undefined));
    const { name, tags, attributes } = service;
    return service.ports.flatMap((port) =>
      addresses.map(({ address, family }) => ({ id: this.#idOf(service, port, family), name, address, port, tags, attributes, health, draining: false })),
    );
  }

  /** The first of two families has the plain id, whether the other has an address or not. */
  #idOf({ name, ports, id, families = [] }: SelfService, port: number, family: AddressFamily): string {
    const own = id === undefined ? `${name}-${this.#options.hostname}-${port}` : ports.length > 1 ? `${id}-${port}` : id;
    return families.length > 1 && family !== families[0] ? `${own}-${family.toLowerCase()}` : own;
  }

  /** Resolves at the next reason to look, or when the signal aborts. */
  #nextWake(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#wake = done;
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

function waitingOf({ service: { name }, addresses = [], up }: State): string[] {
  if (!up) return [`${name} waits for its checks`];
  return addresses.length === 0 ? [`${name} waits for an address`] : [];
}

function isKnown({ addresses, healths }: State): boolean {
  return addresses !== undefined && healths.every((health) => health !== undefined);
}
