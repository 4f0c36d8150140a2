import type { Instance } from "../../../src/core/instance.ts";
import type { Network } from "../../../src/core/ports.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import { hostAddressSpecs } from "../../../src/registrar/address/spec.ts";
import type { Check } from "../../../src/registrar/checks/check.ts";
import { Checker } from "../../../src/registrar/checks/checker.ts";
import { type SelfService, SelfSource } from "../../../src/registrar/sources/self.ts";
import { eventually } from "../../support/eventually.ts";
import { memoryLog } from "../../support/ports.ts";
import { networkOf } from "../address/support.ts";
import { checkOf, probeContext, shell } from "../checks/support.ts";

export function serviceOf(more: Partial<SelfService> = {}): SelfService {
  return { name: "web", ports: [80], tags: [], attributes: {}, addressSpecs: hostAddressSpecs(["inet"]), checks: [], onFail: "deregister", ...more };
}

/** A check that is run again and again, quickly. */
export function often(text: string, more: Partial<Check> = {}): Check {
  return checkOf(shell(text), { interval: 20, ...more });
}

/** A source that is followed until the test ends, on a machine at 10.0.0.5. */
export function followed(services: readonly SelfService[], network: () => Network = () => networkOf({ eth0: ["10.0.0.5"] })) {
  const log = memoryLog();
  const stop = new AbortController();
  const checker = new Checker({ ...probeContext(), random: systemRandom, log });
  const changing: Network = { interfaces: () => network().interfaces(), sourceAddressTowards: (...question) => network().sourceAddressTowards(...question) };
  const source = new SelfSource({ services, hostname: "host1", checker, clock: systemClock, log, addressInterval: 20, network: changing, env: {}, registry: undefined });
  const yielded: (readonly Instance[])[] = [];
  const ended = (async () => {
    for await (const instances of source.instances(stop.signal)) yielded.push(instances);
  })().then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    source,
    log,
    yielded,
    /** Waits until what is wanted last is as an assertion says. */
    until: (assertion: (instances: readonly Instance[]) => void) =>
      eventually(() => {
        const last = yielded.at(-1);
        if (last === undefined) throw new Error("Nothing was yielded");
        assertion(last);
      }),
    async stop() {
      stop.abort(new Error("enough"));
      return ended;
    },
    async [Symbol.asyncDispose]() {
      await this.stop();
    },
  };
}
