import { AppError, reason } from "../../core/error.ts";
import type { Clock } from "../../core/ports.ts";
import { onAbort } from "../../core/abort.ts";

// The proxy tries a configuration for up to 20 s before it gives up.
const CHANGE_DEADLINE_MS = 30_000;
const READ_DEADLINE_MS = 5_000;

/** What the proxy says of a change. */
interface Reply {
  readonly Status?: string;
  readonly Message?: string;
}

/** The HTTP API of one Docker Flow Proxy. All methods throw BACKEND_* and REGISTRATION_* errors, or the signal's reason. */
export class FlowProxyClient {
  readonly #address: string;
  readonly #clock: Clock;

  constructor({ address, clock }: { readonly address: string; readonly clock: Clock }) {
    this.#address = address;
    this.#clock = clock;
  }

  /** The configuration that HAProxy runs with. */
  async configuration(signal: AbortSignal): Promise<string> {
    const doing = `Cannot read the configuration of Docker Flow Proxy at ${this.#address}`;
    const { status, body } = await this.#get("config?type=text", doing, READ_DEADLINE_MS, signal);
    if (status !== 200) throw new AppError(refusal(status), `${doing}: status ${status}`);
    return body;
  }

  /** Makes or replaces a service; the parameters are a query string. */
  async reconfigure(service: string, parameters: string, signal: AbortSignal): Promise<void> {
    await this.#change(`reconfigure?${parameters}`, `Cannot register "${service}" in Docker Flow Proxy at ${this.#address}`, signal);
  }

  /** One that is gone is fine. */
  async remove(service: string, parameters: string, signal: AbortSignal): Promise<void> {
    await this.#change(`remove?${parameters}`, `Cannot deregister "${service}" from Docker Flow Proxy at ${this.#address}`, signal, [404]);
  }

  async #change(path: string, doing: string, signal: AbortSignal, fine: readonly number[] = []): Promise<void> {
    const { status, body } = await this.#get(path, doing, CHANGE_DEADLINE_MS, signal);
    const reply = replyOf(body);
    if (fine.includes(status) || (status === 200 && reply.Status !== "NOK")) return;
    const said = reply.Message ? `${reply.Message} (status ${status})` : `status ${status}`;
    throw new AppError(refusal(status), `${doing}: ${said}`);
  }

  async #get(path: string, doing: string, deadlineMs: number, signal: AbortSignal): Promise<{ readonly status: number; readonly body: string }> {
    signal.throwIfAborted();
    const request = new AbortController();
    using _aborting = onAbort(signal, () => request.abort(signal.reason));
    const cancel = this.#clock.after(deadlineMs, () => request.abort(new Error(`it did not answer within ${deadlineMs / 1_000} s`)));
    try {
      const answer = await fetch(`${this.#address}/v1/docker-flow-proxy/${path}`, { signal: request.signal, redirect: "error" });
      return { status: answer.status, body: await answer.text() };
    } catch (thrown) {
      signal.throwIfAborted();
      throw new AppError("BACKEND_UNREACHABLE", `${doing}: ${causeOf(thrown)}`, { hint: "Is the proxy running, and is this its address?", cause: thrown });
    } finally {
      cancel();
    }
  }
}

function refusal(status: number): "BACKEND_UNREACHABLE" | "BACKEND_DENIED" | "BACKEND_REFUSED" {
  if (status === 401 || status === 403) return "BACKEND_DENIED";
  return status >= 502 && status <= 504 ? "BACKEND_UNREACHABLE" : "BACKEND_REFUSED";
}

function replyOf(body: string): Reply {
  try {
    return (JSON.parse(body) as Reply | null) ?? {};
  } catch {
    return {};
  }
}

/** fetch() hides the reason one level down, or two where a host has several addresses. */
function causeOf(thrown: unknown): string {
  const { cause = thrown } = thrown as { cause?: unknown };
  return reason(cause) || String((cause as { code?: unknown }).code ?? "the connection broke");
}
