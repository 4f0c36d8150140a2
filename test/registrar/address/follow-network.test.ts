import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { netNamespace } from "../../support/net-namespace.ts";
import { stopProcess } from "../../support/process.ts";

/** What is chosen in a network, line by line, by a process that follows it. */
function followerIn([enter, ...args]: readonly [string, ...string[]], ...specs: readonly string[]) {
  const program = new URL("../../programs/address-follower.ts", import.meta.url).pathname;
  const child = spawn(enter, [...args, process.execPath, "--import", "tsx", program, ...specs], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? "null"),
    [Symbol.asyncDispose]: () => stopProcess(child),
  };
}

test("A default route that moves, an interface that goes down and one that comes are noticed without an event", async () => {
  await using machine = await netNamespace();
  await machine.addInterface("eth0", "10.77.0.5/16");
  await machine.addInterface("eth1", "10.88.0.5/16");
  await machine.ip("route add default via 10.77.0.1");
  await using follower = followerIn(machine.enter, "route");
  assert.deepEqual(await follower.next(), ["10.77.0.5"]);
  await machine.ip("route replace default via 10.88.0.1");
  assert.deepEqual(await follower.next(), ["10.88.0.5"]);
  await machine.ip("link set eth1 down");
  assert.deepEqual(await follower.next(), []);
  await machine.ip("link set eth1 up", "route add default via 10.88.0.1");
  assert.deepEqual(await follower.next(), ["10.88.0.5"]);
  // The way to the registry alone leads by another network now.
  await machine.addInterface("eth2", "10.99.0.5/16");
  assert.deepEqual(await follower.next(), ["10.99.0.5"]);
});

test("An address that was replaced on its interface is replaced in the registration", async () => {
  await using machine = await netNamespace();
  await machine.addInterface("eth0", "10.77.0.5/16");
  await using follower = followerIn(machine.enter, "interface:eth0");
  assert.deepEqual(await follower.next(), ["10.77.0.5"]);
  await machine.ip("addr add 10.66.0.5/16 dev eth0");
  assert.deepEqual(await follower.next(), ["10.66.0.5"], "it is the first by number");
  await machine.ip("addr del 10.66.0.5/16 dev eth0");
  assert.deepEqual(await follower.next(), ["10.77.0.5"]);
});
