import { Redis, type RedisOptions } from "ioredis";
import { AppError, type ErrorCode, reason } from "../../core/error.ts";
import type { Files, Mask } from "../../core/ports.ts";
import { unlessAborted } from "../../core/abort.ts";
import type { RedisRegistryOptions } from "./redis.ts";
import { parseRedisUrl, type RedisAddress } from "./redis-url.ts";

/** A command, in small letters as the package has it, and what it is given: ["rpush", "frontend:a.b", "http://10.0.0.5:80"]. */
export type RedisCommand = [name: string, ...parameters: (string | number)[]];

type ClientOptions = RedisOptions & { readonly replyMapping?: "legacy" };

const TIMEOUT_MS = 5_000;
/** So often a key may be changed by others just between our reading and writing. */
const MOST_TRIES = 100;

export function openRedisConnection(options: RedisRegistryOptions, ports: { readonly files: Files; readonly mask: Mask }): { readonly connection: RedisConnection; readonly prefix: string } {
  const address = parseRedisUrl(options.url);
  if (address.password !== undefined) ports.mask.add(address.password);
  return { connection: new RedisConnection(address, () => clientOptions(address, options, ports)), prefix: address.prefix };
}

/** One connection through the package "ioredis", made anew when it was lost. All methods throw BACKEND_* errors, or the signal's reason. */
export class RedisConnection implements AsyncDisposable {
  readonly #name: string;
  readonly #options: () => Promise<ClientOptions>;
  #client: Redis | undefined;
  #over = false;
  #connecting: Promise<Redis> | undefined;
  /** What is watched for a transaction is watched by the whole connection: they take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ host, port }: RedisAddress, options: () => Promise<ClientOptions>) {
    this.#name = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.#options = options;
  }

  /** Asks without a transaction. */
  async ask<T>(act: string, signal: AbortSignal, request: (client: Redis) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await unlessAborted(this.#connected().then(request), signal);
    } catch (thrown) {
      signal.throwIfAborted();
      throw redisError(`Cannot ${act} Redis at ${this.#name}`, thrown);
    }
  }

  /** Carries out what the plan says in MULTI and EXEC, planned anew when one of the keys changed after the plan read it. */
  async change(act: string, keys: readonly string[], signal: AbortSignal, plan: (client: Redis) => Promise<readonly RedisCommand[]>): Promise<void> {
    await this.#inTurn(async () => {
      const changed = this.ask(act, signal, async (client) => {
        for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries++) {
          // An earlier one may have ended in between.
          await client.unwatch();
          await client.watch(...keys);
          const commands = await plan(client);
          if (commands.length === 0) return;
          const replies = await client.multi(commands.map((command) => [...command])).exec();
          for (const [error] of replies ?? []) if (error !== null) throw error;
          if (replies !== null) return;
        }
        throw new Error("others change the same keys all the time");
      });
      await changed.catch((error) => {
        // One that was aborted may be half done, and must not go on between the commands of the next.
        if (signal.aborted) this.#client?.disconnect();
        throw error;
      });
    });
  }

  /** Resolves when the connection that there is now is no more. */
  async closed(signal: AbortSignal): Promise<void> {
    const client = await this.ask("reach", signal, async (connected) => connected);
    if (client.status !== "ready") return;
    let tell = () => {};
    const closed = new Promise<void>((resolve) => (tell = resolve));
    client.once("close", tell);
    try {
      await unlessAborted(closed, signal);
    } finally {
      client.off("close", tell);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.#client?.disconnect();
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act, act);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #connected(): Promise<Redis> {
    if (this.#client?.status === "ready") return this.#client;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  async #connect(): Promise<Redis> {
    this.#client?.disconnect();
    const options = await this.#options();
    if (this.#over) throw new Error("it is no longer needed");
    const client = new Redis(options);
    let broke: Error | undefined;
    client.on("error", (error) => (broke = error));
    this.#client = client;
    try {
      await client.connect();
    } catch (thrown) {
      client.disconnect();
      // The package says "Connection is closed" of whatever closed it.
      throw broke ?? thrown;
    }
    return client;
  }
}

async function clientOptions({ host, port, secure, database, username, password }: RedisAddress, options: RedisRegistryOptions, ports: { readonly files: Files; readonly mask: Mask }): Promise<ClientOptions> {
  const [own, ca, cert, key] = await Promise.all([options.passwordFile, options.caFile, options.certFile, options.keyFile].map((path) => readFile(path, ports.files)));
  for (const secret of [own, key]) if (secret !== undefined) ports.mask.add(secret);
  const user = options.username ?? username;
  const secret = own ?? password;
  return {
    host,
    port,
    db: database,
    ...(user !== undefined && { username: user }),
    ...(secret !== undefined && { password: secret }),
    ...(secure && { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
    // hipache's Redis may be of any age.
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    lazyConnect: true,
    // A connection that is lost takes its watched keys with it, so a new one is ours to make.
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    keepAlive: TIMEOUT_MS,
  };
}

async function readFile(path: string | undefined, files: Files): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const bytes = await files.read(path);
  if (bytes === undefined) throw new AppError("BACKEND_DENIED", `Cannot read "${path}" for Redis: there is no such file`);
  return new TextDecoder().decode(bytes).trim();
}

const CODES: readonly (readonly [RegExp, ErrorCode, hint?: string])[] = [
  [/^(NOAUTH|WRONGPASS|NOPERM|ERR invalid password|ERR AUTH)/, "BACKEND_DENIED", "Set the password of a user that may write the keys"],
  [/^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)/, "BACKEND_UNREACHABLE"],
  [/^READONLY/, "BACKEND_REFUSED", "It is a replica: name the Redis that it copies"],
  [/^[A-Z]{3,} /, "BACKEND_REFUSED"],
];

function redisError(doing: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { previousErrors: [first] = [] } = thrown as { previousErrors?: readonly Error[] };
  const said = reason(first ?? thrown) || ((thrown as { code?: string }).code ?? "the connection broke");
  const [, code, hint] = CODES.find(([pattern]) => pattern.test(said)) ?? [undefined, "BACKEND_UNREACHABLE" as const, undefined];
  return new AppError(code, `${doing}: ${said}`, { hint, cause: thrown });
}
