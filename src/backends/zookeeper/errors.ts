import { Exception } from "node-zookeeper-client";
import { isCode } from "../../clients/zookeeper/package.ts";
import { AppError, reason } from "../../core/error.ts";

/** The AppError for what a request threw; `act` is "Cannot read ..." without a reason. */
export function zookeeperError(act: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isCode(thrown, Exception.NO_AUTH)) return new AppError("BACKEND_DENIED", `${act}: permission denied for "${(thrown as { path?: string }).path ?? "a node"}"`, { cause: thrown, hint: 'Set "username" and "password_file" of [backends.zookeeper] to a user that the node\'s ACL lets read' });
  if (isCode(thrown, Exception.AUTH_FAILED)) return new AppError("BACKEND_DENIED", `${act}: it refuses the credentials`, { cause: thrown, hint: 'Check "username" and "password_file" of [backends.zookeeper]' });
  if (thrown instanceof Exception && !LOST.some((code) => isCode(thrown, code))) return new AppError("BACKEND_REFUSED", `${act}: ${reason(thrown)}`, { cause: thrown });
  return new AppError("BACKEND_UNREACHABLE", `${act}: ${thrown instanceof Exception ? "the connection broke" : reason(thrown)}`, { cause: thrown, hint: 'Check that ZooKeeper runs, has a quorum, and that "servers" of [backends.zookeeper] names it' });
}

const LOST = [Exception.CONNECTION_LOSS, Exception.SESSION_EXPIRED, Exception.OPERATION_TIMEOUT];
