import { hintFor } from "../../clients/etcd/hints.ts";
import { isDenied, isLost, isOutOfRange, isStaleToken, RpcError } from "../../clients/etcd/rpc-error.ts";
import { AppError, type ErrorCode, toAppError } from "../../core/error.ts";
import type { Key } from "../../core/key.ts";

/** The AppError for what a call threw; `act` is "Cannot read ..." without a reason. */
export function toBackendError(error: unknown, act: string): AppError {
  if (!(error instanceof RpcError)) return toAppError(error);
  return new AppError(codeOf(error), `${act}: ${error.message.replace(/^etcdserver: /, "")}`, { cause: error, hint: hintOf(error) });
}

export function describeReading(prefixes: readonly Key[], endpoints: readonly string[]): string {
  return `Cannot read ${describePrefixes(prefixes)} from etcd at ${endpoints.join(", ")}`;
}

export function describeWatching(prefixes: readonly Key[], endpoints: readonly string[]): string {
  return `Cannot watch ${describePrefixes(prefixes)} in etcd at ${endpoints.join(", ")}`;
}

function describePrefixes(prefixes: readonly Key[]): string {
  return prefixes.length <= MOST_NAMED ? prefixes.map((prefix) => `"${prefix}"`).join(", ") : `"${prefixes[0]}" and ${prefixes.length - 1} other prefixes`;
}

function codeOf(error: RpcError): ErrorCode {
  if (isDenied(error) || isStaleToken(error) || isLoginRefused(error)) return "BACKEND_DENIED";
  if (isOutOfRange(error)) return "WATCH_STALE";
  return isLost(error) ? "BACKEND_UNREACHABLE" : "BACKEND_REFUSED";
}

function isLoginRefused({ message }: RpcError): boolean {
  return message.includes("authentication failed");
}

function hintOf({ message }: RpcError): string | undefined {
  return message.includes("permission denied") ? "Grant the user's role read permission: etcdctl role grant-permission ROLE read --prefix=true PREFIX" : hintFor(message);
}

const MOST_NAMED = 3;
