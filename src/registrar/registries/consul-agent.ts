import { EventEmitter } from "node:events";
import Consul from "consul";
import { failure } from "../../clients/consul/failure.ts";
import { httpGet } from "../../clients/http/get.ts";
import { packageOptions } from "../../clients/consul/package-options.ts";
import type { Target } from "../../clients/http/target.ts";
import type { TokenReader } from "../../clients/consul/token.ts";
import { AppError } from "../../core/error.ts";
import type { Health } from "../../core/instance.ts";
import type { Clock } from "../../core/ports.ts";
import { onAbort } from "../../core/abort.ts";
import type { CheckDefinition } from "./consul-checks.ts";
import { type AgentCheck, type AgentService, OWNER_KEY, ttlCheckId } from "./consul-service.ts";

// An agent is near: what it has not answered by then it will not.
const DEADLINE_MS = 5_000;

export interface RegisteredService {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tags: string[];
  readonly meta: Record<string, string>;
  readonly checks: CheckDefinition[];
}

/** What each request of the package is given. */
interface Common {
  readonly ctx: EventEmitter;
  readonly token?: string;
}

/** The calls of an agent that a registrar makes, through the package "consul"; they throw BACKEND_* errors. */
export class ConsulAgent {
  readonly #target: Target;
  readonly #token: TokenReader;
  readonly #clock: Clock;
  readonly #consul: Consul;

  constructor(options: { readonly target: Target; readonly token: TokenReader; readonly clock: Clock }) {
    this.#target = options.target;
    this.#token = options.token;
    this.#clock = options.clock;
    this.#consul = new Consul(packageOptions(options.target, { deadlineMs: DEADLINE_MS }));
  }

  async services(registrar: string, signal: AbortSignal): Promise<AgentService[]> {
    const filter = `Meta["${OWNER_KEY}"] == "${registrar}"`;
    return Object.values(await this.#call("read the services of", signal, (common) => this.#consul.agent.service.list({ ...common, filter })));
  }

  /** Undefined for one that there is not. */
  async service(id: string, signal: AbortSignal): Promise<AgentService | undefined> {
    // The package can only filter all services.
    return this.#call(`read "${id}" from`, signal, (common) => this.#get<AgentService>(`service/${encodeURIComponent(id)}`, common, signal));
  }

  /** By id: those of one service. */
  async checksOf(id: string, signal: AbortSignal): Promise<Map<string, AgentCheck>> {
    const health = await this.#call(`read the checks of "${id}" from`, signal, (common) => this.#get<{ readonly Checks: readonly AgentCheck[] | null }>(`health/service/id/${encodeURIComponent(id)}?format=json`, common, signal));
    return new Map((health?.Checks ?? []).map((check) => [check.CheckID, check]));
  }

  /** By id: those of all services. */
  async checks(signal: AbortSignal): Promise<Map<string, AgentCheck>> {
    const checks = await this.#call("read the checks of", signal, (common) => this.#consul.agent.check.list({ ...common, filter: 'ServiceID != ""' }));
    return new Map(Object.values(checks).map((check) => [check.CheckID, check]));
  }

  async register(service: RegisteredService, signal: AbortSignal): Promise<void> {
    await this.#call(`register "${service.id}" in`, signal, (common) => this.#consul.agent.service.register({ ...common, ...service }));
  }

  /** One that is gone is fine. */
  async deregister(id: string, signal: AbortSignal): Promise<void> {
    await this.#unlessUnknown(this.#call(`deregister "${id}" from`, signal, (common) => this.#consul.agent.service.deregister({ ...common, id })));
  }

  /** One that is gone is fine. */
  async dropCheck(id: string, signal: AbortSignal): Promise<void> {
    await this.#unlessUnknown(this.#call(`remove the check "${id}" from`, signal, (common) => this.#consul.agent.check.deregister({ ...common, id })));
  }

  /** Says how a service is; answers whether the agent still knows its check. */
  async heartbeat(serviceId: string, health: Health, signal: AbortSignal): Promise<boolean> {
    const { check } = this.#consul.agent;
    // Without a note: the agent tells its servers of one with the next registration, which wakes all who watch the service.
    const said = { id: ttlCheckId(serviceId) };
    const request = (common: Common) => {
      switch (health) {
        case "passing": return check.pass({ ...common, ...said });
        case "warning": return check.warn({ ...common, ...said });
        case "critical": return check.fail({ ...common, ...said });
      }
    };
    return this.#unlessUnknown(this.#call(`refresh "${serviceId}" in`, signal, request));
  }

  async maintain(id: string, enable: boolean, reason: string, signal: AbortSignal): Promise<void> {
    await this.#call(`${enable ? "drain" : "put back"} "${id}" in`, signal, (common) => this.#consul.agent.service.maintenance({ ...common, id, enable, reason }));
  }

  close(): void {
    this.#target.agent.destroy();
  }

  async #get<T>(path: string, { token }: Common, signal: AbortSignal): Promise<T | undefined> {
    const over = new AbortController();
    using _aborting = onAbort(signal, () => over.abort(signal.reason));
    const headers: Record<string, string> = token === undefined ? {} : { "x-consul-token": token };
    const { status, body } = await httpGet(this.#target, `/v1/agent/${path}`, { headers, deadlineMs: DEADLINE_MS, clock: this.#clock, signal: over.signal });
    if (status === 404) return undefined;
    // The health of a service is answered with 429 or 503 where it is not passing.
    if (status === 200 || body.startsWith("{")) return JSON.parse(body) as T;
    throw Object.assign(new Error(body), { statusCode: status, response: { body } });
  }

  async #call<T>(act: string, signal: AbortSignal, request: (common: Common) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const token = await this.#token();
    const ctx = new EventEmitter();
    using _canceling = onAbort(signal, () => void ctx.emit("cancel"));
    try {
      signal.throwIfAborted();
      return await request({ ctx, ...(token !== undefined && { token }) });
    } catch (thrown) {
      signal.throwIfAborted();
      await this.#target.renew();
      throw callError(`Cannot ${act} Consul at ${this.#target.address}`, thrown);
    }
  }

  /** Answers whether what the call was about is known. */
  async #unlessUnknown(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (thrown) {
      if (thrown instanceof AppError && UNKNOWN.test(thrown.message)) return false;
      throw thrown;
    }
  }
}

// The older answer 500, the newer 404, each in words of its own.
const UNKNOWN = /does not have associated TTL|unknown (check|service)|status 404|Check .* not found/i;

function callError(doing: string, thrown: unknown): AppError {
  const { statusCode, response } = thrown as { statusCode?: number; response?: { body?: unknown } };
  if (statusCode === undefined) return failure(doing, thrown);
  const said = typeof response?.body === "string" ? response.body.trim() : "";
  const reason = statusCode === 404 ? `status 404${said === "" ? "" : ` (${said})`}` : said === "" ? `status ${statusCode}` : said;
  const denied = statusCode === 401 || statusCode === 403 || /permission denied|ACL not found/i.test(said);
  if (denied) return new AppError("BACKEND_DENIED", `${doing}: ${reason}`, { hint: "Use a token that may write the service" });
  // A proxy in front of an agent that is away, or an agent without a leader: it is to be asked again as one that is away.
  return new AppError(statusCode >= 502 && statusCode <= 504 ? "BACKEND_UNREACHABLE" : "BACKEND_REFUSED", `${doing}: ${reason}`);
}
