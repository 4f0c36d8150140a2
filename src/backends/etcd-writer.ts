import type { ComparatorBuilder, Etcd3, IOptions } from "etcd3";
import type { TlsOptions } from "../clients/etcd/session.ts";
import type { BackendPorts, Swap, Writer } from "../core/backend.ts";
import type { Value } from "../core/entry.ts";
import { AppError, type ErrorCode, reason } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import { type EtcdOptions, readCredentials } from "./etcd/options.ts";

/** Writes through the etcd3 package, which is loaded here. */
export async function openEtcdWriter(options: EtcdOptions, ports: BackendPorts): Promise<Writer> {
  const etcd3 = await import("./etcd3.ts");
  const client = new etcd3.Etcd3(await clientOptions(options, ports));
  return {
    put: (key, value) => attempt("write", [key], options, async () => void (await client.put(key).value(bytesOf(value)))),
    delete: (key) => attempt("delete", [key], options, async () => Number((await client.delete().key(key)).deleted) > 0),
    swap: (swaps) => attempt("write", swaps.map(({ key }) => key), options, () => swap(client, swaps)),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

async function swap(client: Etcd3, swaps: readonly Swap[]): Promise<boolean> {
  let transaction: ComparatorBuilder | undefined;
  for (const { key, expected } of swaps) {
    const [column, value] = expected === undefined ? (["Create", 0] as const) : (["Value", bytesOf(expected)] as const);
    transaction = transaction?.and(key, column, "==", value) ?? client.if(key, column, "==", value);
  }
  if (transaction === undefined) return true;
  const puts = swaps.map(({ key, value }) => client.put(key).value(bytesOf(value)));
  return (await transaction.then(...puts).commit()).succeeded;
}

function bytesOf(value: Value): Buffer {
  return typeof value === "string" ? Buffer.from(value) : Buffer.from(value);
}

async function clientOptions(options: EtcdOptions, ports: BackendPorts): Promise<IOptions> {
  const { clock } = ports;
  const { tls, login } = await readCredentials(options, ports);
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

async function attempt<T>(verb: string, keys: readonly Key[], { endpoints }: EtcdOptions, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const what = keys.map((key) => `"${key}"`).join(", ");
    const hint = TOO_LARGE.test(reason(error)) ? "etcd takes requests of up to 1.5 MiB, unless it is started with another --max-request-bytes" : undefined;
    throw new AppError(await codeOf(error), `Cannot ${verb} ${what} in etcd at ${endpoints.join(", ")}: ${reason(error)}`, { cause: error, hint });
  }
}

// A little too much is refused by etcd, much more by gRPC before etcd sees it.
const TOO_LARGE = /request is too large|larger than max/;

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
