/** The gRPC status codes that etcd uses. */
export const STATUS = {
  ok: 0,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  outOfRange: 11,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Why a call failed: etcd's own status and sentence, or `unavailable` when the connection did not carry it. */
export class RpcError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RpcError";
    this.status = status;
  }
}

/** Whether the connection, or the member behind it, is of no use any more. */
export function isLost(error: unknown): error is RpcError {
  return error instanceof RpcError && (error.status === STATUS.unavailable || error.status === STATUS.deadlineExceeded);
}

/** Whether a new token helps: it expired, the server was restarted, users or roles changed, or authentication was just turned on. */
export function isStaleToken(error: unknown): error is RpcError {
  return error instanceof RpcError && (error.status === STATUS.unauthenticated || /invalid auth token|revision of auth store|auth revision|user name is empty/i.test(error.message));
}

/** Whether the user may not read these keys. */
export function isDenied(error: unknown): error is RpcError {
  return error instanceof RpcError && (error.status === STATUS.permissionDenied || /permission denied/i.test(error.message));
}

/** Whether a revision is too old, or newer than the server's own. */
export function isOutOfRange(error: unknown): error is RpcError {
  return error instanceof RpcError && error.status === STATUS.outOfRange;
}
