import { unlessAborted } from "../../core/abort.ts";
import { type AppError, toAppError } from "../../core/error.ts";
import type { AddressFamily, Clock, Network } from "../../core/ports.ts";
import { type AddressContext, type ChosenAddress, chooseAddresses } from "./choose.ts";
import { toIp } from "../../core/ip.ts";
import type { HostAddressSpec } from "./spec.ts";

export interface FollowedAddresses {
  /** Empty while there is none to advertise. */
  readonly addresses: readonly ChosenAddress[];
  /** Why there is none, or none better. */
  readonly problem: AppError | undefined;
}

export interface FollowAddressOptions extends AddressContext {
  readonly specs: readonly HostAddressSpec[];
  readonly families?: readonly AddressFamily[] | undefined;
  /** How often it is looked, in milliseconds: networks change without telling. */
  readonly interval: number;
  readonly clock: Clock;
}

/** Yields the choice at once, and again when another address, or another problem, is what is found; until the signal aborts, with its reason. */
export async function* followAddress({ specs, families, interval, clock, ...context }: FollowAddressOptions, signal: AbortSignal): AsyncGenerator<FollowedAddresses> {
  const { network } = context;
  const remembering = { ...context, network: remembered(network) };
  let last: FollowedAddresses | undefined;
  for (;;) {
    // A look-up of a name takes as long as the system pleases, and cannot be ended.
    const next = await unlessAborted(look(() => chooseAddresses(specs, remembering, families), last?.addresses ?? [], network), signal);
    if (last === undefined || summary(next) !== summary(last)) yield next;
    last = next;
    await clock.sleep(interval, signal);
  }
}

/** What was chosen before is not withdrawn for want of a better one while the machine has it. */
async function look(choose: () => Promise<readonly ChosenAddress[]>, before: readonly ChosenAddress[], network: Network): Promise<FollowedAddresses> {
  try {
    return { addresses: await choose(), problem: undefined };
  } catch (thrown) {
    return { addresses: before.filter(({ address }) => has(network, address)), problem: toAppError(thrown) };
  }
}

/** A network that answers as before while a name cannot be looked up: an outage of DNS moves no service. */
function remembered(network: Network): Network {
  const answers = new Map<string, string | undefined>();
  return {
    interfaces: () => network.interfaces(),
    async sourceAddressTowards(host, port, family) {
      const question = `${host} ${port} ${family ?? ""}`;
      try {
        const answer = await network.sourceAddressTowards(host, port, family);
        answers.set(question, answer);
        return answer;
      } catch (thrown) {
        const before = answers.get(question);
        if (before === undefined || !has(network, before)) throw thrown;
        return before;
      }
    },
  };
}

function has(network: Network, address: string): boolean {
  const text = toIp(address)?.text;
  return network.interfaces().some((one) => toIp(one.address)?.text === text);
}

function summary({ addresses, problem }: FollowedAddresses): string {
  return JSON.stringify([addresses.map(({ address }) => address), problem?.message]);
}
