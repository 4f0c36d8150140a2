import Consul from "consul";
import { denied, said } from "../clients/consul/answer.ts";
import { failure } from "../clients/consul/failure.ts";
import { packageOptions } from "../clients/consul/package-options.ts";
import type { Target } from "../clients/http/target.ts";
import type { Writer } from "../core/backend.ts";
import { AppError } from "../core/error.ts";
import { isSpecial, type Key, ROOT } from "../core/key.ts";
import { askable, consulName } from "./consul-kv.ts";
import { swapInConsul, transactionReasons } from "./consul-swap.ts";

export interface ConsulWriterOptions {
  readonly target: Target;
  readonly datacenter: string | undefined;
  readonly token: string | undefined;
}

// Without one, the package waits for ever for an answer that was cut off.
const DEADLINE_MS = 10_000;

/** Writes through the package "consul", over the connections that the backend keeps. */
export function openConsulWriter({ target, datacenter, token }: ConsulWriterOptions): Writer {
  const consul = new Consul(packageOptions(target, { datacenter, token, deadlineMs: DEADLINE_MS }));
  const { kv } = consul;
  return {
    async put(key, value) {
      const stored = await attemptConsul(`write "${key}" to`, target, kv.set(nameOf(key), Buffer.from(value)));
      if (!stored) throw new AppError("BACKEND_REFUSED", `Cannot write "${key}" to Consul at ${target.address}: it did not take it`);
    },
    async delete(key) {
      const name = nameOf(key);
      // Consul says true whether the key was there or not.
      const found = await attemptConsul(`read "${key}" from`, target, kv.get(name));
      if (!found) return false;
      await attemptConsul(`delete "${key}" from`, target, kv.del(name));
      return true;
    },
    swap(swaps) {
      const names = swaps.map(({ key }) => `"${key}"`);
      for (const { key } of swaps) nameOf(key);
      return attemptConsul(`write ${names.join(", ")} to`, target, swapInConsul(consul, swaps));
    },
    async [Symbol.asyncDispose]() {},
  };
}

function nameOf(key: Key): string {
  if (key === ROOT || isSpecial(key)) throw new AppError("BACKEND_REFUSED", `Cannot write "${key}" to Consul: it is not a key`, { hint: 'A key is as "/db/host"' });
  if (askable(key) !== key) throw new AppError("BACKEND_REFUSED", `Cannot write "${key}" to Consul: "." and ".." are steps of a path there`, { hint: "Name it otherwise" });
  return consulName(key);
}

/** Awaits an answer to the package; what it throws becomes an AppError that begins with "Cannot `act` Consul at ...". */
export async function attemptConsul<T>(act: string, target: Target, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    await target.renew();
    throw writeError(`Cannot ${act} Consul at ${target.address}`, thrown);
  }
}

function writeError(doing: string, thrown: unknown): AppError {
  const { statusCode, response } = thrown as { statusCode?: number; response?: { body?: unknown } };
  if (statusCode === undefined) return failure(doing, thrown);
  const reason = (typeof response?.body === "string" ? said(response.body) : transactionReasons(thrown).join(", ")) || `status ${statusCode}`;
  // A transaction that may not write is a conflict to Consul.
  if (statusCode === 401 || statusCode === 403 || /permission denied/i.test(reason)) return denied(`${doing}: ${reason}`, statusCode, "write");
  return new AppError("BACKEND_REFUSED", `${doing}: ${reason}`, { hint: statusCode === 413 ? "Consul takes values of up to 512 KiB" : undefined });
}
