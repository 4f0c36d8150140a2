import { Redis, type RedisOptions as PackageOptions } from "ioredis";
import { unlessAborted } from "../../core/abort.ts";
import type { BackendPorts } from "../../core/backend.ts";
import { AppError, reason } from "../../core/error.ts";
import type { RedisAddress } from "../../schema/redis-address.ts";
import type { RedisOptions } from "../redis.ts";
import { isReply } from "./errors.ts";

const CONNECT_MS = 3_000;
const KEEP_ALIVE_MS = 10_000;

/** Makes connections to one Redis, each with what the files of secrets and certificates hold now. */
export interface Connector {
  readonly address: RedisAddress;
  /** A connection that is logged in; it is never made anew by itself. The signal's reason, or what the package or the system said. */
  connect(signal: AbortSignal): Promise<Redis>;
}

export function connector(options: RedisOptions, ports: Pick<BackendPorts, "files" | "mask" | "clock">): Connector {
  const { address } = options;
  if (options.password !== undefined) ports.mask.add(options.password);
  return {
    address,
    async connect(signal) {
      const client = await newClient(address, options, ports);
      let broke: Error | undefined;
      client.on("error", (error: Error) => (broke ??= error));
      const late = new AbortController();
      const cancel = ports.clock.after(CONNECT_MS, () => late.abort(new Error(`it did not answer within ${CONNECT_MS / 1_000} s`)));
      try {
        const connecting = client.connect();
        connecting.catch(() => {});
        await unlessAborted(unlessAborted(connecting, late.signal), signal);
        // The package would choose it too, but where Redis refuses it go on in database 0 without a word.
        if (address.database !== 0) await unlessAborted(unlessAborted(client.select(address.database), late.signal), signal);
        return client;
      } catch (thrown) {
        client.disconnect();
        // The package says "Connection is closed" of whatever closed it.
        throw signal.aborted || late.signal.aborted || isReply(thrown) ? thrown : (broke ?? thrown);
      } finally {
        cancel();
      }
    },
  };
}

async function newClient({ host, port, path }: RedisAddress, options: RedisOptions, { files, mask }: Pick<BackendPorts, "files" | "mask">): Promise<Redis> {
  const read = async (file: string | undefined) => (file === undefined ? undefined : readFile(file, files));
  const [password = options.password, ca, cert, key] = await Promise.all([options.passwordFile, options.caFile, options.certFile, options.keyFile].map(read));
  for (const secret of [password, key]) if (secret !== undefined) mask.add(secret);
  const clientOptions: PackageOptions & { readonly replyMapping?: "legacy" } = {
    ...(path === undefined ? { host: host as string, port: port as number } : { path }),
    ...(options.username !== undefined && { username: options.username }),
    ...(password !== undefined && { password: password.trim() }),
    ...((options.tls === true || ca !== undefined || cert !== undefined) && { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
    // What RESP3 pushes, the package throws away.
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    lazyConnect: true,
    // A connection that was lost took what it was told with it: to make another one is our part.
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    connectTimeout: CONNECT_MS,
    keepAlive: KEEP_ALIVE_MS,
  };
  return new Redis(clientOptions);
}

async function readFile(path: string, files: BackendPorts["files"]): Promise<string> {
  const denied = (why: string, cause?: unknown) => new AppError("BACKEND_DENIED", `Cannot read "${path}" of [backends.redis]: ${why}`, { cause });
  const bytes = await files.read(path).catch((error: unknown) => {
    throw denied(reason(error), error);
  });
  if (bytes === undefined) throw denied("there is no such file");
  const text = new TextDecoder().decode(bytes).trimEnd();
  if (text === "") throw denied("it is empty");
  return text;
}
