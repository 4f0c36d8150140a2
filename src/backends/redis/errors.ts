import { AppError, type ErrorCode, reason } from "../../core/error.ts";

/** The AppError for what a command threw; `act` is "Cannot read ..." without a reason. */
export function redisError(act: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  // Where a name has several addresses there is one error for each.
  const several = (thrown as { readonly errors?: readonly Error[] }).errors?.[0];
  const said = reason(several ?? thrown) || ((thrown as { code?: string }).code ?? "the connection broke");
  const [, code, hint] = CODES.find(([pattern]) => pattern.test(said)) ?? [undefined, "BACKEND_UNREACHABLE" as const, undefined];
  return new AppError(code, `${act}: ${said}`, { hint, cause: thrown });
}

/** Whether Redis itself answered so: the connection is well. */
export function isReply(thrown: unknown): boolean {
  return thrown instanceof Error && /^[A-Z]{3,} /.test(thrown.message);
}

const CODES: readonly (readonly [RegExp, ErrorCode, hint?: string])[] = [
  [/^NOAUTH/, "BACKEND_DENIED", 'This Redis wants a password: set "password_file" of [backends.redis]'],
  [/^(WRONGPASS|ERR invalid password|ERR AUTH|ERR Client sent AUTH)/, "BACKEND_DENIED", 'Check "username" and "password_file" of [backends.redis]'],
  [/^NOPERM/, "BACKEND_DENIED", "Give the user the keys and commands: ACL SETUSER NAME ~KEYS* +@read +@connection +@transaction +@pubsub &*"],
  [/^(LOADING|MASTERDOWN|TRYAGAIN|BUSY)/, "BACKEND_UNREACHABLE"],
  [/^(MOVED|CROSSSLOT|CLUSTERDOWN)/, "BACKEND_REFUSED", "This is one node of a cluster, whose keys lie on several: name a Redis that holds them all"],
  [/^READONLY/, "BACKEND_REFUSED", "It is a replica: name the Redis that it copies to write"],
  [/^ERR DB index is out of range/, "BACKEND_REFUSED", 'Check the database in "address" of [backends.redis]: HOST:PORT/DATABASE'],
  [/^(ERR|[A-Z]{3,}) /, "BACKEND_REFUSED"],
  [/ECONNREFUSED|ENOENT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/, "BACKEND_UNREACHABLE", 'Check that Redis runs and that "address" of [backends.redis] names it'],
  [/unable to (verify|get)|self.signed/i, "BACKEND_UNREACHABLE", 'Set "ca_file" of [backends.redis] to the authority that signed its certificate'],
  [/wrong version number|packet length too long|before secure TLS/i, "BACKEND_UNREACHABLE", 'This Redis seems to speak no TLS: leave out "tls" of [backends.redis]'],
];
