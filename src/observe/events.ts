import type { Clock } from "../core/ports.ts";
import type { StatusDocument } from "../core/status-document.ts";
import { type Cover, coveredJson } from "./covered.ts";
import { statusDocument } from "./document.ts";
import type { Recorder } from "./recorder.ts";

/** Things that happen together are told together. */
const SETTLE_MS = 100;
/** What changes without anything happening (how long a backend is away) is told this often, which also keeps the connection alive. */
const REFRESH_MS = 5_000;

export interface EventsOptions {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly cover: Cover;
}

/**
 * Server-sent events: "status" with the whole document, then "update" with one whose `units` and `changes` hold only those that are new or
 * changed, as often as something happened; "status" again when there are other units.
 */
export async function* statusEvents({ recorder, clock, cover }: EventsOptions, signal: AbortSignal): AsyncGenerator<string> {
  const leave = recorder.follow();
  try {
    let seen = recorder.told;
    let told = statusDocument(recorder);
    yield message("status", told, cover);
    while (!signal.aborted) {
      // What happened while the last one was on its way is not waited for.
      if (recorder.told === seen) await nextHappening(recorder, clock, signal);
      await clock.sleep(SETTLE_MS, signal).catch(() => {});
      if (signal.aborted) return;
      seen = recorder.told;
      const now = statusDocument(recorder);
      const isSameUnits = namesOf(now) === namesOf(told);
      yield isSameUnits ? message("update", difference(now, told), cover) : message("status", now, cover);
      told = now;
    }
  } finally {
    leave();
  }
}

function difference(now: StatusDocument, told: StatusDocument): StatusDocument {
  const before = new Map(told.units.map((unit) => [unit.name, JSON.stringify(unit)]));
  const last = told.changes.at(-1)?.seq ?? 0;
  return { ...now, units: now.units.filter((unit) => before.get(unit.name) !== JSON.stringify(unit)), changes: now.changes.filter(({ seq }) => seq > last) };
}

function namesOf({ units }: StatusDocument): string {
  return units.map(({ name }) => name).join("\n");
}

function message(event: string, data: StatusDocument, cover: Cover): string {
  return `event: ${event}\ndata: ${coveredJson(data, cover)}\n\n`;
}

/** Resolves as soon as something happens, after the refresh at the latest, and at once when the signal aborts. */
async function nextHappening(recorder: Recorder, clock: Clock, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      unsubscribe();
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const unsubscribe = recorder.subscribe(done);
    const cancel = clock.after(REFRESH_MS, done);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
