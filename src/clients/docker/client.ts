import { AppError } from "../../core/error.ts";
import type { Clock } from "../../core/ports.ts";
import { type HttpAnswer, httpGet } from "../http/get.ts";
import type { Target } from "../http/target.ts";
import { dropKept } from "../http/renewed-agent.ts";
import { type ContainerSummary, toSummary } from "./container.ts";
import { type ContainerEvent, FILTERS, toEvent } from "./event.ts";
import { openStream } from "./event-stream.ts";
import { failure, refusal } from "./failure.ts";

/** What an engine says of itself. */
export interface Greeting {
  /** The version that is spoken with it. */
  readonly api: string;
  readonly server: string;
  readonly podman: boolean;
}

/** The newest whose fields are known. */
const NEWEST_API = "1.52";
/** The first whose events tell of health, and whose filters of them work. */
const OLDEST_API = "1.25";
const DEADLINE_MS = 5_000;

/** Asks one engine, Docker's or Podman's. Throws SOURCE_UNREACHABLE errors that name its address, or the signal's reason. */
export class DockerClient {
  readonly #target: Target;
  readonly #clock: Clock;
  #greeting: Greeting | undefined;

  constructor({ target, clock }: { readonly target: Target; readonly clock: Clock }) {
    this.#target = target;
    this.#clock = clock;
  }

  get address(): string {
    return this.#target.address;
  }

  /** Agrees on a version of the API anew: the engine may have been updated. */
  async greet(signal: AbortSignal): Promise<Greeting> {
    this.#greeting = undefined;
    const doing = this.#doing("speak to");
    const { status, headers, body } = await this.#get("/_ping", doing, signal);
    if (status !== 200) throw refusal(doing, status, body);
    const offered = String(headers["api-version"] ?? "");
    const server = String(headers["server"] ?? "unknown");
    if (!/^\d+\.\d+$/.test(offered)) throw new AppError("SOURCE_UNREACHABLE", `${doing}: what answers there is no Docker engine`, { hint: "Is DOCKER_HOST its address?" });
    if (isOlder(offered, OLDEST_API)) {
      throw new AppError("SOURCE_UNREACHABLE", `${doing}: it speaks version ${offered} of the API, and ${OLDEST_API} is the oldest that tells enough`, { hint: "Update the engine to Docker 1.13 or later" });
    }
    this.#greeting = { api: isOlder(offered, NEWEST_API) ? offered : NEWEST_API, server, podman: headers["libpod-api-version"] !== undefined };
    return this.#greeting;
  }

  /** All containers that run or are paused; Podman refuses the names of other states. */
  async list(signal: AbortSignal): Promise<readonly ContainerSummary[]> {
    const doing = this.#doing("list the containers of");
    const answer = await this.#ask(`/containers/json?filters=${encodeURIComponent(JSON.stringify({ status: ["running", "paused"] }))}`, doing, signal);
    if (!Array.isArray(answer)) throw new AppError("SOURCE_UNREACHABLE", `${doing}: its answer is no list`);
    return answer.map(toSummary).filter(({ id }) => id !== "");
  }

  /** All that the engine says of one container, which may hold secrets: see toContainer(); undefined when there is no such. */
  inspect(id: string, signal: AbortSignal): Promise<unknown> {
    return this.#ask(`/containers/${encodeURIComponent(id)}/json`, this.#doing(`inspect container ${id.slice(0, 12)} of`), signal);
  }

  /** What happens from now on; resolves when the engine has begun to tell. Ends by throwing. */
  async events(signal: AbortSignal): Promise<AsyncIterable<ContainerEvent>> {
    const doing = this.#doing("follow the events of");
    const { podman } = await this.#greeted(signal);
    // Podman 4.3 finds nothing for "event=die", and sends few others.
    const path = await this.#versioned(`/events${podman ? "" : `?filters=${encodeURIComponent(JSON.stringify(FILTERS))}`}`, signal);
    const stream = await this.#failing(doing, signal, () => openStream(this.#target, path, { clock: this.#clock, signal }));
    if (stream.status !== 200) throw refusal(doing, stream.status, await this.#failing(doing, signal, () => stream.text()));
    return this.#read(stream.lines, doing, signal);
  }

  close(): void {
    this.#target.agent.destroy();
  }

  async *#read(lines: AsyncIterable<string>, doing: string, signal: AbortSignal): AsyncGenerator<ContainerEvent> {
    try {
      for await (const line of lines) {
        const event = toEvent(line);
        if (event !== undefined) yield event;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      throw failure(doing, thrown, this.#target);
    }
    signal.throwIfAborted();
    throw new AppError("SOURCE_UNREACHABLE", `${doing}: it ended them`);
  }

  async #ask(path: string, doing: string, signal: AbortSignal): Promise<unknown> {
    const { status, body } = await this.#get(await this.#versioned(path, signal), doing, signal);
    if (status === 404) return undefined;
    if (status !== 200) throw refusal(doing, status, body);
    try {
      return JSON.parse(body) as unknown;
    } catch {
      // What it said instead may hold the environment of a container.
      throw new AppError("SOURCE_UNREACHABLE", `${doing}: its answer is not JSON`);
    }
  }

  async #get(path: string, doing: string, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#failing(doing, signal, () => httpGet(this.#target, path, { headers: { accept: "application/json" }, deadlineMs: DEADLINE_MS, clock: this.#clock, signal }));
  }

  async #failing<T>(doing: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (thrown) {
      signal.throwIfAborted();
      dropKept(this.#target);
      throw failure(doing, thrown, this.#target);
    }
  }

  async #versioned(path: string, signal: AbortSignal): Promise<string> {
    return `/v${(await this.#greeted(signal)).api}${path}`;
  }

  async #greeted(signal: AbortSignal): Promise<Greeting> {
    return this.#greeting ?? (await this.greet(signal));
  }

  #doing(act: string): string {
    return `Cannot ${act} the Docker engine at "${this.#target.address}"`;
  }
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  return (a?.[0] ?? 0) - (b?.[0] ?? 0) < 0 || (a?.[0] === b?.[0] && (a?.[1] ?? 0) < (b?.[1] ?? 0));
}
