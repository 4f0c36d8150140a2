import type { IOptions } from "etcd3";
import type { TlsOptions } from "../clients/etcd/session.ts";
import type { BackendPorts, Writer } from "../core/backend.ts";
import { AppError, type ErrorCode, reason } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import { type EtcdOptions, readCredentials } from "./etcd/options.ts";

/** Writes through the etcd3 package, which is loaded here. */
export async function openEtcdWriter(options: EtcdOptions, ports: BackendPorts): Promise<Writer> {
  const { Etcd3 } = await import("./etcd3.ts");
  const client = new Etcd3(await clientOptions(options, ports));
  return {
    put: (key, value) => attempt("write", key, options, async () => void (await client.put(key).value(typeof value === "string" ? value : Buffer.from(value)))),
    delete: (key) => attempt("delete", key, options, async () => Number((await client.delete().key(key)).deleted) > 0),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

async function clientOptions(options: EtcdOptions, { files, clock }: BackendPorts): Promise<IOptions> {
  const { tls, login } = await readCredentials(options, files);
  const secure = options.endpoints.some((endpoint) => endpoint.startsWith("https:"));
  return {
    hosts: [...options.endpoints],
    // Of itself etcd3 waits for ever for a server that hangs, and refuses all calls for 5 s after three failures.
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: clock.now() + DEADLINE_MS }),
    faultHandling: { host: () => passThrough },
    grpcOptions: { "grpc.max_receive_message_length": -1, ...(tls.serverName === undefined ? {} : { "grpc.ssl_target_name_override": tls.serverName }) },
    ...(login === undefined ? {} : { auth: login }),
    ...(secure && tls.ca !== undefined ? { credentials: certificates(tls.ca, tls) } : {}),
  };
}

function certificates(ca: string, { cert, key }: TlsOptions): NonNullable<IOptions["credentials"]> {
  const ours = cert === undefined || key === undefined ? {} : { certChain: Buffer.from(cert), privateKey: Buffer.from(key) };
  return { rootCertificate: Buffer.from(ca), ...ours };
}

async function attempt<T>(verb: string, key: Key, { endpoints }: EtcdOptions, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new AppError(await codeOf(error), `Cannot ${verb} "${key}" in etcd at ${endpoints.join(", ")}: ${reason(error)}`, { cause: error });
  }
}

async function codeOf(error: unknown): Promise<ErrorCode> {
  const { EtcdAuthenticationFailedError, EtcdInvalidAuthTokenError, EtcdPermissionDeniedError, GRPCDeadlineExceededError, GRPCUnavailableError } = await import("./etcd3.ts");
  if ([EtcdAuthenticationFailedError, EtcdInvalidAuthTokenError, EtcdPermissionDeniedError].some((kind) => error instanceof kind)) return "BACKEND_DENIED";
  return [GRPCDeadlineExceededError, GRPCUnavailableError].some((kind) => error instanceof kind) ? "BACKEND_UNREACHABLE" : "BACKEND_REFUSED";
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

const DEADLINE_MS = 5_000;
