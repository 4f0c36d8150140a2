import { probeHttp } from "../../clients/probe/http.ts";
import { AppError, reason } from "../../core/error.ts";
import type { Clock } from "../../core/ports.ts";
import { toBytes } from "../bytes.ts";
import { execute, parseGoTemplate } from "../index.ts";
import { loadRe2 } from "../re2.ts";
import { registratorFunctions } from "./functions.ts";
import { toInspected } from "./inspected.ts";

/** What a template makes of all that the engine says of a container, and what of it came to nothing. Throws TEMPLATE_FAILED, or the signal's reason. */
export type TagsTemplate = (answer: unknown, signal: AbortSignal) => Promise<{ readonly text: string; readonly problems: readonly string[] }>;

const FETCH_LIMIT_MS = 10_000;
const LONGEST_BODY = 1_048_576;
const MOST_ADDRESSES = 10;
const LONGEST_RENDER_MS = 1_000;

/** Reads the template of Registrator's -tags. Throws TEMPLATE_INVALID. */
export async function tagsTemplate(text: string, clock: Clock): Promise<TagsTemplate> {
  const unbound = registratorFunctions({ fetched: () => new Uint8Array(), complain: () => {} });
  const template = parseGoTemplate("tags", text, { functions: Object.keys(unbound) });
  await loadRe2();
  return async (answer, signal) => {
    const fetched = new Map<string, Fetched>();
    for (;;) {
      const started = clock.monotonic();
      const [wanted, problems] = [[] as string[], [] as string[]];
      const functions = registratorFunctions({ fetched: (url) => fetched.get(url)?.bytes ?? missing(url, fetched, wanted), complain: (problem) => void problems.push(problem) });
      const isOver = () => clock.monotonic() - started > LONGEST_RENDER_MS;
      // What a container is told may be secret: no message shows it.
      const made = attempt(() => execute(template, toInspected(answer), { functions, isOver, withholds: () => true }));
      // An execution waits for nothing: what it asked for is fetched, and it is done again.
      for (const url of wanted) fetched.set(url, await fetch(url, clock, signal));
      if (wanted.length > 0) continue;
      if ("error" in made) throw made.error;
      return { text: made.text, problems: [...[...fetched.values()].flatMap(({ problem }) => problem ?? []), ...problems] };
    }
  };
}

interface Fetched {
  readonly bytes: Uint8Array;
  readonly problem?: string;
}

function missing(url: string, { size }: ReadonlyMap<string, unknown>, wanted: string[]): never {
  if (size >= MOST_ADDRESSES) throw new AppError("TEMPLATE_FAILED", `It asks for more than ${MOST_ADDRESSES} addresses`);
  wanted.push(url);
  throw new AppError("TEMPLATE_FAILED", "It is not fetched yet");
}

function attempt(act: () => string): { readonly text: string } | { readonly error: unknown } {
  try {
    return { text: act() };
  } catch (error) {
    return { error };
  }
}

/** What an address answers, whatever its status; nothing where it answers nothing. */
async function fetch(url: string, clock: Clock, signal: AbortSignal): Promise<Fetched> {
  const limit = new AbortController();
  const cancel = clock.after(FETCH_LIMIT_MS, () => limit.abort(new Error(`no answer within ${FETCH_LIMIT_MS / 1_000} s`)));
  try {
    const { body } = await probeHttp({ url, method: "GET", headers: {}, tls: { verify: true }, bodyBytes: LONGEST_BODY }, AbortSignal.any([signal, limit.signal]));
    return { bytes: toBytes(body) };
  } catch (thrown) {
    signal.throwIfAborted();
    // The address itself may be made of what a container is told.
    return { bytes: new Uint8Array(), problem: `httpGet: ${reason(thrown)}` };
  } finally {
    cancel();
  }
}
