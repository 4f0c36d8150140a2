import type { Instance } from "../../src/core/instance.ts";
import type { Clock } from "../../src/core/ports.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemNetwork } from "../../src/platform/network.ts";
import { type DockerSourceOptions, dockerSource } from "../../src/registrar/sources/docker.ts";
import { memoryLog, realPorts } from "./ports.ts";

/** A source that is followed, and all that it said. */
export interface Following extends AsyncDisposable {
  /** Each list as it came. */
  readonly lists: readonly (readonly Instance[])[];
  /** What it said last; empty before it spoke. */
  readonly now: readonly Instance[];
  readonly ids: readonly string[];
  one(id: string): Instance | undefined;
  readonly log: ReturnType<typeof memoryLog>;
  /** What it ended with. */
  readonly end: Promise<unknown>;
  stop(): void;
}

export const ADDRESS = "192.0.2.10";

/** A clock that runs so many times as fast. */
export function hurried(times: number): Clock {
  const { now, monotonic, sleep, after } = systemClock;
  return { now, monotonic: () => monotonic() * times, sleep: (ms, signal) => sleep(ms / times, signal), after: (ms, callback) => after(ms / times, callback) };
}

/** Follows the containers of an engine on a host named "host", which is said to be at ADDRESS. */
export function following(host: string, options: Partial<DockerSourceOptions> = {}, clock: Clock = systemClock): Following {
  const [log, lists, stop] = [memoryLog(), [] as (readonly Instance[])[], new AbortController()];
  const defaults: DockerSourceOptions = {
    ...{ host, hostname: "host", explicit: false, internal: false, ip: ADDRESS, tags: "", addresses: [], families: [] },
    ...{ paused: "drain", registratorCompat: false, interval: 60_000, env: {}, registry: undefined },
  };
  const source = dockerSource({ ...defaults, ...options }, { ...realPorts(), clock, log, network: systemNetwork });
  const end = (async () => {
    for await (const list of source.instances(stop.signal)) lists.push(list);
  })().then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    lists,
    log,
    end,
    get now() {
      return lists.at(-1) ?? [];
    },
    get ids() {
      return (lists.at(-1) ?? []).map(({ id }) => id);
    },
    one: (id) => lists.at(-1)?.find((instance) => instance.id === id),
    stop: () => stop.abort(new Error("Stopped by the test")),
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("Stopped by the test"));
      await end;
    },
  };
}
