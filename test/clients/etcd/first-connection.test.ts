import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { firstConnection } from "../../../src/clients/etcd/first-connection.ts";
import { RpcError, STATUS } from "../../../src/clients/etcd/rpc-error.ts";
import { manualClock } from "../../support/manual-clock.ts";

describe("firstConnection()", () => {
  test("tries the next member at once when one refuses", async () => {
    const { found, tried } = connecting({ a: "refuses", b: "answers" });
    assert.equal(await found, "b");
    assert.deepEqual(tried, ["a", "b"]);
  });

  test("tries the next member after a second of silence, and gives up the silent one", async () => {
    const { found, tried, given, clock } = connecting({ a: "silent", b: "answers" });
    await clock.advance(999);
    assert.deepEqual(tried, ["a"]);
    await clock.advance(1);
    assert.equal(await found, "b");
    assert.deepEqual(given, ["a"]);
  });

  test("tries the only member anew beside each try that is silent", async () => {
    const members: Record<string, Behaviour> = { a: "silent" };
    const { found, tried, clock } = connecting(members);
    await clock.advance(2_500);
    assert.deepEqual(tried, ["a", "a", "a"]);
    members["a"] = "answers";
    await clock.advance(500);
    assert.equal(await found, "a");
  });

  test("fails with what all members said", async () => {
    await assert.rejects(connecting({ a: "refuses", b: "refuses" }).found, { message: "a: refused; b: refused" });
  });

  test("fails at once with what another member would say as well", async () => {
    const { found, tried } = connecting({ a: "denies", b: "answers" });
    await assert.rejects(found, { message: "denied" });
    assert.deepEqual(tried, ["a"]);
  });

  test("begins no try when it was closed", async () => {
    const { found, tried } = connecting({ a: "answers" }, AbortSignal.abort(new Error("closed")));
    await assert.rejects(found, { message: "closed" });
    assert.deepEqual(tried, []);
  });
});

type Behaviour = "answers" | "refuses" | "denies" | "silent";

/** Connects to members that behave so; `given` are those that were given up. */
function connecting(members: Readonly<Record<string, Behaviour>>, signal = new AbortController().signal) {
  const clock = manualClock();
  const [tried, given]: [string[], string[]] = [[], []];
  let turn = 0;
  const connect = (endpoint: string, own: AbortSignal) => {
    tried.push(endpoint);
    return new Promise<string>((resolve, reject) => {
      const behaviour = members[endpoint];
      if (behaviour === "answers") resolve(endpoint);
      if (behaviour === "refuses") reject(new RpcError(STATUS.unavailable, "refused"));
      if (behaviour === "denies") reject(new RpcError(STATUS.permissionDenied, "denied"));
      own.addEventListener("abort", () => void (behaviour === "silent" && given.push(endpoint)));
    });
  };
  const names = Object.keys(members);
  const found = firstConnection({ connect, close: () => {}, nextEndpoint: () => names[turn++ % names.length] as string, most: names.length, clock, signal });
  return { found, tried, given, clock };
}
