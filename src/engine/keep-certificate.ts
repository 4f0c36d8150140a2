import type { CertificateDescription } from "../certificates/describe.ts";
import { renewalTime } from "../certificates/describe.ts";
import type { EnsuredCertificate } from "../certificates/ensure.ts";
import { backoff } from "../core/backoff.ts";
import { placeOf, toAppError } from "../core/error.ts";
import type { Clock, Logger, Random } from "../core/ports.ts";
import { Recurrence } from "../core/recurrence.ts";
import type { CertificateState } from "../core/status.ts";

export interface KeepOptions {
  readonly name: string;
  readonly ensure: (signal: AbortSignal) => Promise<Pick<EnsuredCertificate, "outcome" | "description">>;
  /** Called with how it stands each time that it was looked at. */
  readonly onState?: (state: CertificateState) => void;
  readonly ports: { readonly clock: Clock; readonly random: Random; readonly log: Logger };
}

/** Somebody may delete it, or change its names; looking costs one read. */
const CHECK_EVERY_MS = 10 * 60_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** Makes a certificate and renews it when two thirds of its life are over, until the signal aborts. A failure is told once and tried again. */
export async function keepCertificate({ name, ensure, onState, ports: { clock, random, log } }: KeepOptions, signal: AbortSignal): Promise<void> {
  const retry = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: () => random.fraction() });
  const troubles = new Recurrence(clock);
  let isFailing = false;
  let known: Pick<Extract<CertificateState, { kind: "valid" }>, "names" | "until"> | undefined;
  while (!signal.aborted) {
    let delay: number;
    try {
      const { outcome, description } = await ensure(signal);
      if (outcome !== "kept") log.info(MADE[outcome], { certificate: name, ...about(description) });
      else if (isFailing) log.info("Certificate is in order again", { certificate: name, ...about(description) });
      known = { names: description.sans, until: description.notAfter.getTime() };
      onState?.({ kind: "valid", ...known });
      isFailing = false;
      troubles.over();
      retry.reset();
      // Not at once, whatever the clock says: another who makes what is due may be in the middle of it.
      delay = Math.max(RETRY_MIN_MS, Math.min(CHECK_EVERY_MS, renewalTime(description).getTime() - clock.now()));
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toAppError(thrown);
      const recurred = troubles.again(error.message);
      if (recurred !== undefined) log.error("Certificate failed", { certificate: name, error: error.message, at: placeOf(error), hint: error.hint, ...recurred });
      isFailing = true;
      onState?.({ kind: "failing", ...known, error });
      delay = retry.next();
    }
    await clock.sleep(delay, signal).catch(() => {});
  }
}

const MADE = { made: "Certificate made", renewed: "Certificate renewed" } as const;

function about({ sans, notAfter, fingerprint }: CertificateDescription) {
  return { names: sans, until: notAfter.toISOString(), fingerprint };
}
