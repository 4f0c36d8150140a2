import { followAddress } from "../../src/registrar/address/follow.ts";
import { hostAddressSpecs } from "../../src/registrar/address/spec.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemNetwork } from "../../src/platform/network.ts";

// Prints a line of JSON for each choice in the network that it runs in: the addresses alone.
const options = { specs: hostAddressSpecs(process.argv.slice(2)), network: systemNetwork, env: {}, registry: { host: "10.99.0.1", port: 2379 }, interval: 50, clock: systemClock };
for await (const { addresses } of followAddress(options, new AbortController().signal)) {
  process.stdout.write(`${JSON.stringify(addresses.map(({ address }) => address))}\n`);
}
