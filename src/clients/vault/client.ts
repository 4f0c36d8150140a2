import type { Clock } from "../../core/ports.ts";
import { httpGet } from "../http/get.ts";
import type { Target } from "../http/target.ts";

/** Vault answered, but not with what it was asked for. */
export class VaultRefusal extends Error {
  readonly status: number;

  constructor(status: number, said: string) {
    super(said === "" ? `it answered ${status}` : said);
    this.status = status;
  }
}

/** The table that an answer is; fields that are not looked at may be of any kind. */
export type VaultAnswer = Readonly<Record<string, unknown>>;

export interface VaultClientOptions {
  readonly target: Target;
  readonly namespace?: string | undefined;
  readonly clock: Clock;
}

const DEADLINE_MS = 5_000;

/** Asks Vault's HTTP API: https://developer.hashicorp.com/vault/api-docs. Throws a VaultRefusal, or what broke on the way. */
export class VaultClient {
  readonly target: Target;
  readonly #namespace: string | undefined;
  readonly #clock: Clock;

  constructor({ target, namespace, clock }: VaultClientOptions) {
    this.target = target;
    this.#namespace = namespace;
    this.#clock = clock;
  }

  /** What is at a path, undefined where there is nothing. */
  async get(path: string, token: string, signal: AbortSignal): Promise<VaultAnswer | undefined> {
    return this.#ask(path, { token, signal });
  }

  async post(path: string, body: VaultAnswer, { token, signal }: { readonly token?: string; readonly signal: AbortSignal }): Promise<VaultAnswer | undefined> {
    return this.#ask(path, { token, signal, body: JSON.stringify(body) });
  }

  close(): void {
    this.target.agent.destroy();
  }

  async #ask(path: string, { token, body, signal }: { readonly token?: string | undefined; readonly body?: string; readonly signal: AbortSignal }): Promise<VaultAnswer | undefined> {
    const headers = {
      // Agents and proxies may be told to refuse requests without it.
      "x-vault-request": "true",
      ...(token !== undefined && { "x-vault-token": token }),
      ...(this.#namespace !== undefined && { "x-vault-namespace": this.#namespace }),
      ...(body !== undefined && { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
    };
    const answer = await httpGet(this.target, `/v1/${path}`, { headers, body, deadlineMs: DEADLINE_MS, clock: this.#clock, signal });
    const parsed = tableOf(answer.body);
    if (answer.status === 200 && parsed !== undefined) return parsed;
    if (answer.status === 204 || (answer.status === 404 && saidBy(parsed) === "")) return undefined;
    throw new VaultRefusal(answer.status, answer.status === 200 ? "its answer is no JSON" : saidBy(parsed));
  }
}

function tableOf(body: string): VaultAnswer | undefined {
  try {
    return asTable(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** The value where it is a table. */
export function asTable(value: unknown): VaultAnswer | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as VaultAnswer) : undefined;
}

/** Vault says why in a list; for a path that does not exist the list is empty. */
function saidBy(answer: VaultAnswer | undefined): string {
  const { errors } = answer ?? {};
  return Array.isArray(errors) ? errors.filter((one) => typeof one === "string").join(", ").trim().replace(/\s+/g, " ").slice(0, LONGEST) : "";
}

const LONGEST = 300;
