import assert from "node:assert/strict";
import { test } from "node:test";
import type { CertificateDescription } from "../../src/certificates/describe.ts";
import { AppError } from "../../src/core/error.ts";
import type { CertificateState } from "../../src/core/status.ts";
import { keepCertificate, type KeepOptions } from "../../src/engine/keep-certificate.ts";
import { manualClock } from "../support/manual-clock.ts";
import { memoryLog } from "../support/ports.ts";

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Keeps a certificate until the test is over; `ensure` is asked each time that it looks. */
function keeping(ensure: (now: number) => Awaited<ReturnType<KeepOptions["ensure"]>>) {
  const clock = manualClock(0);
  const log = memoryLog();
  const looks: number[] = [];
  let known: CertificateState | undefined;
  const stop = new AbortController();
  const look = async () => {
    looks.push(clock.now());
    return ensure(clock.now());
  };
  const ended = keepCertificate({ name: "a", ensure: look, ports: { clock, log, random: { fraction: () => 1, hex: () => "" } }, onState: (state) => void (known = state) }, stop.signal);
  return {
    clock,
    looks,
    state: () => known,
    messages: () => log.lines.map(({ message }) => message),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended;
    },
  };
}

function valid(from: number, to: number): CertificateDescription {
  return { subject: "CN=a", issuer: "CN=a", sans: ["a"], notBefore: new Date(from), notAfter: new Date(to), fingerprint: "AB" };
}

test("keepCertificate() looks at the start, every ten minutes, and when two thirds of the life are over", async () => {
  const life = 6 * HOUR;
  let from = -life / 2;
  await using keeper = keeping((now) => {
    if (now < from + (life * 2) / 3) return { outcome: "kept", description: valid(from, from + life) };
    from = now;
    return { outcome: "renewed", description: valid(from, from + life) };
  });
  await keeper.clock.advance(HOUR - SECOND);
  assert.deepEqual(keeper.looks, [0, 10, 20, 30, 40, 50].map((minutes) => minutes * MINUTE));
  assert.deepEqual(keeper.messages(), []);
  await keeper.clock.advance(SECOND);
  assert.equal(keeper.looks.at(-1), HOUR);
  assert.deepEqual(keeper.messages(), ["Certificate renewed"]);
});

test("keepCertificate() does not wait for the next look when two thirds of the life are over before", async () => {
  await using keeper = keeping((now) => ({ outcome: "kept", description: valid(now - 8 * HOUR + 3 * MINUTE, now + 4 * HOUR + 3 * MINUTE) }));
  await keeper.clock.advance(4 * MINUTE);
  assert.equal(keeper.looks[1], 3 * MINUTE);
});

test("keepCertificate() tells a failure as it begins and once a minute while it lasts, tries again ever more seldom for ever, and tells when it is over", async () => {
  let down = true;
  await using keeper = keeping((now) => {
    if (down) throw new AppError("BACKEND_UNREACHABLE", "Cannot reach it");
    return { outcome: "kept", description: valid(now, now + 900 * HOUR) };
  });
  await keeper.clock.advance(HOUR);
  assert.deepEqual(keeper.looks.slice(0, 8), [0, 1, 3, 7, 15, 31, 63, 123].map((seconds) => seconds * SECOND));
  assert.ok(keeper.looks.length > 60, "it gave up");
  const told = keeper.messages();
  assert.ok(told.length > 1 && told.length <= 60 && told.every((message) => message === "Certificate failed"), told.join());
  down = false;
  await keeper.clock.advance(MINUTE);
  assert.deepEqual(keeper.messages().slice(told.length), ["Certificate is in order again"]);
});

test("keepCertificate() does not spin on a certificate that is due and stays so", async () => {
  await using keeper = keeping((now) => ({ outcome: "kept", description: valid(now - HOUR, now) }));
  await keeper.clock.advance(MINUTE);
  assert.equal(keeper.looks.length, 61);
});

test("keepCertificate() says until when the certificate is valid, also while it fails", async () => {
  let isDown = false;
  await using keeper = keeping(() => {
    if (isDown) throw new AppError("BACKEND_UNREACHABLE", "nobody answers");
    return { outcome: "kept", description: valid(-HOUR, 6 * HOUR) };
  });
  await keeper.clock.advance(SECOND);
  assert.deepEqual(keeper.state(), { kind: "valid", names: ["a"], until: 6 * HOUR });
  isDown = true;
  await keeper.clock.advance(11 * MINUTE);
  const state = keeper.state();
  assert.deepEqual([state?.kind, state?.names, state?.until, state?.kind === "failing" && state.error.message], ["failing", ["a"], 6 * HOUR, "nobody answers"]);
});
