import { AppError, type ErrorCode, reason } from "../../core/error.ts";
import type { Clock, Files, Mask } from "../../core/ports.ts";
import type { Etcd3, IOptions } from "./etcd3.ts";
import { hintFor } from "./hints.ts";
import { type EtcdOptions, readCredentials } from "./options.ts";
import type { TlsOptions } from "./session.ts";

export interface Etcd3Settings {
  readonly ports: { readonly clock: Clock; readonly files: Files; readonly mask: Mask };
  /** How long an answer may take; of itself etcd3 waits for ever for a server that hangs. */
  readonly deadlineMs?: number;
  /** Whether a call that cannot be made is tried again by the package, three times. */
  readonly retries?: boolean;
}

const DEADLINE_MS = 5_000;

/** Opens a client of the etcd3 package, which is loaded here: without its circuit breaker, and each call with a deadline. */
export async function openEtcd3(options: EtcdOptions, settings: Etcd3Settings): Promise<Etcd3> {
  const etcd3 = await import("./etcd3.ts");
  return new etcd3.Etcd3(await clientOptions(options, settings));
}

/** Does something through the package; what it throws becomes an AppError that begins with "Cannot `act` etcd at ...". */
export async function attemptEtcd3<T>(act: string, { endpoints }: Pick<EtcdOptions, "endpoints">, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = WRAPPINGS.reduce((text, wrapping) => text.replace(wrapping, ""), reason(error));
    const hint = why.includes("permission denied") ? "Grant it to a role of the user: etcdctl role grant-permission ROLE readwrite --prefix=true PREFIX" : hintFor(why);
    throw new AppError(await codeOf(error), `Cannot ${act} etcd at ${endpoints.join(", ")}: ${why}`, { cause: error, hint });
  }
}

/** What gRPC puts around a reason: "7 PERMISSION_DENIED: etcdserver: permission denied", "No connection established. Last error: Error: connect ECONNREFUSED. Resolution note: ". */
const WRAPPINGS = [/^\d+ [A-Z_]+: (etcdserver: )?/, /^No connection established\. Last error: (Error: )?/, /\. Resolution note: $/];

async function codeOf(error: unknown): Promise<ErrorCode> {
  const { EtcdAuthenticationFailedError, EtcdInvalidAuthTokenError, EtcdPermissionDeniedError, GRPCCancelledError, GRPCDeadlineExceededError, GRPCUnavailableError } = await import("./etcd3.ts");
  if (reason(error).includes("user name is empty")) return "BACKEND_DENIED";
  if ([EtcdAuthenticationFailedError, EtcdInvalidAuthTokenError, EtcdPermissionDeniedError].some((kind) => error instanceof kind)) return "BACKEND_DENIED";
  return [GRPCCancelledError, GRPCDeadlineExceededError, GRPCUnavailableError].some((kind) => error instanceof kind) ? "BACKEND_UNREACHABLE" : "BACKEND_REFUSED";
}

async function clientOptions(options: EtcdOptions, { ports, deadlineMs = DEADLINE_MS, retries = true }: Etcd3Settings): Promise<IOptions> {
  const { tls, login } = await readCredentials(options, ports);
  const secure = options.endpoints.some((endpoint) => endpoint.startsWith("https:"));
  return {
    hosts: [...options.endpoints],
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: ports.clock.now() + deadlineMs }),
    // Of itself etcd3 refuses all calls for 5 s after three failures.
    faultHandling: { host: () => passThrough, ...(!retries && { global: passThrough }) },
    grpcOptions: { ...GRPC_OPTIONS, ...(tls.serverName === undefined ? {} : { "grpc.ssl_target_name_override": tls.serverName }) },
    ...(login === undefined ? {} : { auth: login }),
    ...(secure && tls.ca !== undefined ? { credentials: certificates(tls.ca, tls) } : {}),
  };
}

const GRPC_OPTIONS = {
  "grpc.max_receive_message_length": -1,
  // Of itself gRPC waits for up to 2 minutes before it connects anew, and shares a dead connection with whoever dials the same address.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.use_local_subchannel_pool": 1,
};

function certificates(ca: string, { cert, key }: TlsOptions): NonNullable<IOptions["credentials"]> {
  const ours = cert === undefined || key === undefined ? {} : { certChain: Buffer.from(cert), privateKey: Buffer.from(key) };
  return { rootCertificate: Buffer.from(ca), ...ours };
}

type HostPolicy = ReturnType<NonNullable<NonNullable<IOptions["faultHandling"]>["host"]>>;

const nothing = { dispose: () => {} };
const never = new AbortController().signal;

/** In the place of the circuit breaker: each call is made. */
const passThrough = {
  onSuccess: () => nothing,
  onFailure: () => nothing,
  execute: async <T>(call: (context: { signal: AbortSignal }) => PromiseLike<T> | T, signal = never) => call({ signal }),
} as unknown as HostPolicy;
