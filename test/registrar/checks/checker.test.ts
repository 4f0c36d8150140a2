import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health } from "../../../src/core/instance.ts";
import type { Clock } from "../../../src/core/ports.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import type { Check, Probe } from "../../../src/registrar/checks/check.ts";
import { Checker } from "../../../src/registrar/checks/checker.ts";
import { eventually } from "../../support/eventually.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { memoryLog } from "../../support/ports.ts";
import { checkOf, httpServer, probeContext, runOnce, silentServer } from "./support.ts";

function checkerOf(clock: Clock = systemClock, atOnce?: number) {
  const log = memoryLog();
  return { log, checker: new Checker({ ...probeContext(clock), random: systemRandom, log, ...(atOnce === undefined ? {} : { atOnce }) }) };
}

/** All that is yielded, as it comes. */
function seen(checker: Checker, check: Check) {
  const stop = new AbortController();
  const healths: Health[] = [];
  const ended = (async () => {
    for await (const health of checker.follow(check, stop.signal)) healths.push(health);
  })().catch(() => {});
  return {
    healths,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

test("The first result is told at once, then changes alone, each logged with its reason", async () => {
  let [status, asked] = [200, 0];
  await using server = await httpServer((_request, response) => void (asked++, response.writeHead(status).end()));
  const { checker, log } = checkerOf();
  const turn = async () => {
    const before = asked;
    await eventually(() => assert.ok(asked >= before + 3, "not yet"));
  };
  await using following = seen(checker, checkOf({ kind: "http", url: `http://127.0.0.1:${server.port}/` }, { interval: 20 }));
  await turn();
  assert.deepEqual(following.healths, ["passing"]);
  status = 503;
  await turn();
  assert.deepEqual(following.healths, ["passing", "critical"]);
  status = 200;
  await turn();
  assert.deepEqual(following.healths, ["passing", "critical", "passing"]);
  assert.deepEqual(log.lines.map(({ level, message, fields }) => [level, message, fields["check"], fields["reason"]]), [
    ["info", "Health changed", "web", "HTTP status 200"],
    ["warn", "Health changed", "web", "HTTP status 503"],
    ["info", "Health changed", "web", "HTTP status 200"],
  ]);
});

test("One failure is not told when it takes two", async () => {
  const answers = [200, 503, 200, 503, 503];
  let asked = 0;
  await using server = await httpServer((_request, response) => void response.writeHead(answers[asked++] ?? 503).end());
  await using following = seen(checkerOf().checker, checkOf({ kind: "http", url: `http://127.0.0.1:${server.port}/` }, { interval: 20, fall: 2 }));
  await eventually(() => assert.deepEqual(following.healths, ["passing", "critical"]));
  assert.ok(asked >= 5, `${asked}`);
});

test("The pause has jitter, and is short until the first pass", async () => {
  let status = 503;
  await using server = await httpServer((_request, response) => void response.writeHead(status).end());
  const pauses: number[] = [];
  const clock: Clock = { ...systemClock, sleep: (ms, signal) => (pauses.push(ms), systemClock.sleep(5, signal)) };
  await using _following = seen(checkerOf(clock).checker, checkOf({ kind: "http", url: `http://127.0.0.1:${server.port}/` }, { interval: 60_000 }));
  await eventually(() => assert.ok(pauses.length > 5, "not yet"));
  assert.ok(pauses.every((ms) => ms >= 900 && ms <= 1_100), `${pauses}`);
  assert.ok(new Set(pauses).size > 1);
  status = 200;
  await eventually(() => assert.ok(pauses.at(-1)! >= 54_000 && pauses.at(-1)! <= 66_000, "not yet"));
});

test("However many checks hang, only so many hold a connection, and the next has its turn when one has ended", async () => {
  await using hanging = await silentServer();
  const clock = manualClock();
  const { checker } = checkerOf(clock, 3);
  const check = checkOf({ kind: "http", url: `http://127.0.0.1:${hanging.port}/` }, { timeout: 5_000 });
  await using _first = seen(checker, check);
  await using _second = seen(checker, check);
  await using _third = seen(checker, check);
  await eventually(() => assert.equal(hanging.open.size, 3));
  const connect: Probe = { kind: "tcp", host: "127.0.0.1", port: hanging.port };
  await using last = seen(checker, checkOf(connect));
  // Others that began later and wait for nobody have ended meanwhile.
  for (let count = 0; count < 5; count++) assert.equal((await runOnce(connect)).health, "passing");
  assert.deepEqual(last.healths, []);
  await clock.advance(5_000);
  await eventually(() => assert.deepEqual(last.healths, ["passing"]));
});
