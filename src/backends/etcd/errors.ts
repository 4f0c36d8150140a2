import { isDenied, isLost, isOutOfRange, isStaleToken, RpcError } from "../../clients/etcd/rpc-error.ts";
import { AppError, type ErrorCode, toAppError } from "../../core/error.ts";
import type { Key } from "../../core/key.ts";

/** The AppError for what a call threw; `act` is "Cannot read ..." without a reason. */
export function toBackendError(error: unknown, act: string): AppError {
  if (!(error instanceof RpcError)) return toAppError(error);
  return new AppError(codeOf(error), `${act}: ${error.message.replace(/^etcdserver: /, "")}`, { cause: error, hint: hintFor(error) });
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

function hintFor(error: RpcError): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(error.message))?.[1];
}

const MOST_NAMED = 3;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/permission denied/, "Grant the user's role read permission: etcdctl role grant-permission ROLE read --prefix=true PREFIX"],
  [/authentication failed|invalid auth token/, 'Check "username" and "password_file" of [backends.etcd]'],
  [/user name is empty/, 'This etcd wants a login: set "username" and "password_file" in [backends.etcd]'],
  [/ECONNREFUSED|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/, 'Check that etcd runs and that "endpoints" of [backends.etcd] names it'],
  [/certificate has expired|certificate is not yet valid/i, "Renew etcd's certificate, or set this machine's clock; Remora goes on by itself then"],
  [/unable to (verify|get)|self.signed/i, 'Set "ca_file" in [backends.etcd] to the authority that signed etcd\'s certificate'],
  [/altnames|does not match certificate/, 'Set "server_name" in [backends.etcd] to a name in etcd\'s certificate, or use that name as the endpoint'],
  [/alert.*(bad certificate|certificate required|unknown ca|handshake)/i, 'This etcd wants a client certificate that it trusts: set "cert_file" and "key_file" in [backends.etcd]'],
  [/wrong version number|packet length too long|before secure TLS/i, 'This etcd seems to speak no TLS: write "http://" in "endpoints" of [backends.etcd]'],
  [/without a word|Protocol error|reset/i, 'Check that the endpoint is etcd\'s client port, and whether it speaks TLS: "https://" or "http://"'],
];
