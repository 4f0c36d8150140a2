/** The part of the etcd3 package that is used; a module of its own, so that it is loaded when it is first needed. */
export { Etcd3, EtcdAuthenticationFailedError, EtcdInvalidAuthTokenError, EtcdLeaseInvalidError, EtcdPermissionDeniedError, GRPCCancelledError, GRPCDeadlineExceededError, GRPCUnavailableError } from "etcd3";
export type { ComparatorBuilder, ICompare, IKeyValue, IOptions, IRequestOp } from "etcd3";
