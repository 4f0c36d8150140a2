import { createInterface } from "node:readline";
import { chooseAddresses } from "../../src/registrar/address/choose.ts";
import { hostAddressSpecs } from "../../src/registrar/address/spec.ts";
import { systemNetwork } from "../../src/platform/network.ts";

// Answers each question, a line of JSON, with a line: what is advertised from the network that this runs in.
for await (const line of createInterface({ input: process.stdin })) {
  const { specs, env, registry, families } = JSON.parse(line);
  const answer = await (async () => chooseAddresses(hostAddressSpecs(specs), { network: systemNetwork, env, registry }, families))().catch(({ code, message, hint }) => ({ code, message, hint }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
