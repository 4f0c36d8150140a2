import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network } from "../../../src/core/ports.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { systemNetwork } from "../../../src/platform/network.ts";
import { type FollowedAddresses, followAddress } from "../../../src/registrar/address/follow.ts";
import { hostAddressSpecs } from "../../../src/registrar/address/spec.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { networkOf } from "./support.ts";

const INTERVAL_MS = 10_000;

/** A choice that is followed while the test changes the network under it. */
async function following(specs: readonly string[], first: Network) {
  const clock = manualClock();
  const stop = new AbortController();
  let network = first;
  const changing: Network = { interfaces: () => network.interfaces(), sourceAddressTowards: (...question) => network.sourceAddressTowards(...question) };
  const seen: FollowedAddresses[] = [];
  const ended = (async () => {
    for await (const next of followAddress({ specs: hostAddressSpecs(specs), network: changing, env: {}, registry: { host: "registry", port: 1 }, interval: INTERVAL_MS, clock }, stop.signal)) seen.push(next);
  })().catch(() => {});
  await clock.advance(0);
  return {
    /** The addresses of all that was yielded. */
    get addresses() {
      return seen.map(({ addresses }) => addresses.map(({ address }) => address).join());
    },
    get problem() {
      return seen.at(-1)?.problem;
    },
    async becomes(next: Network) {
      network = next;
      await clock.advance(INTERVAL_MS);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

test("The address is told at once, and again when it became another one", async () => {
  await using choice = await following(["inet"], networkOf({ eth0: ["10.0.0.5"] }));
  assert.deepEqual(choice.addresses, ["10.0.0.5"]);
  await choice.becomes(networkOf({ eth0: ["10.0.0.5"], wg0: ["10.9.0.1"] }));
  assert.deepEqual(choice.addresses, ["10.0.0.5"]);
  await choice.becomes(networkOf({ eth0: ["10.0.0.6"] }));
  assert.deepEqual(choice.addresses, ["10.0.0.5", "10.0.0.6"]);
});

test("A machine that has no address yet is waited for", async () => {
  await using choice = await following(["inet"], networkOf({}));
  assert.deepEqual(choice.addresses, [""]);
  assert.equal(choice.problem?.code, "ADDRESS_UNKNOWN");
  await choice.becomes(networkOf({ eth0: ["10.0.0.5"] }));
  assert.deepEqual(choice.addresses, ["", "10.0.0.5"]);
  assert.equal(choice.problem, undefined);
});

test("An address that the machine has lost is advertised no more", async () => {
  await using choice = await following(["inet"], networkOf({ eth0: ["10.0.0.5"] }));
  await choice.becomes(networkOf({}));
  assert.deepEqual(choice.addresses, ["10.0.0.5", ""]);
});

test("A default route that is away for a moment withdraws nothing", async () => {
  await using choice = await following(["route"], networkOf({ eth0: ["10.0.0.5"] }, () => "10.0.0.5"));
  await choice.becomes(networkOf({ eth0: ["10.0.0.5"] }, () => undefined));
  assert.equal(choice.addresses.at(-1), "10.0.0.5");
  assert.match(choice.problem?.message ?? "", /no route/);
});

test("An outage of DNS moves no service to what the next rule names", async () => {
  const both = { eth0: ["10.0.0.5"], eth1: ["10.1.0.5"] };
  await using choice = await following(["route", "interface:eth0"], networkOf(both, () => "10.1.0.5"));
  const failing = networkOf(both, (host) => {
    if (host === "registry") throw new Error("getaddrinfo EAI_AGAIN registry");
    return "10.0.0.5";
  });
  await choice.becomes(failing);
  assert.deepEqual(choice.addresses, ["10.1.0.5"]);
});

test("It ends with the signal's reason", async () => {
  const stop = new AbortController();
  const choices = followAddress({ specs: hostAddressSpecs(["interface:lo"]), network: systemNetwork, env: {}, registry: undefined, interval: INTERVAL_MS, clock: systemClock }, stop.signal);
  assert.equal((await choices.next()).value?.addresses[0]?.address, "127.0.0.1");
  const next = choices.next();
  stop.abort(new Error("enough"));
  await assert.rejects(next, /enough/);
});

test("A look-up that does not come back holds up no stop", async () => {
  const stop = new AbortController();
  let asked = () => {};
  const begun = new Promise<void>((resolve) => (asked = resolve));
  const network: Network = { interfaces: () => [], sourceAddressTowards: () => (asked(), new Promise(() => {})) };
  const choices = followAddress({ specs: hostAddressSpecs(["route"]), network, env: {}, registry: { host: "registry", port: 1 }, interval: INTERVAL_MS, clock: systemClock }, stop.signal);
  const next = choices.next();
  await begun;
  stop.abort(new Error("enough"));
  await assert.rejects(next, /enough/);
});
