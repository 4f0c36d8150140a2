import type { Clock } from "../../core/ports.ts";
import { unlessAborted } from "../../core/abort.ts";
import { authenticate, type Login } from "./auth.ts";
import { firstConnection } from "./first-connection.ts";
import { isLost, isStaleToken, RpcError, STATUS } from "./rpc-error.ts";
import { openSession, type Session, type TlsOptions } from "./session.ts";

export interface Credentials {
  readonly tls: TlsOptions;
  readonly login?: Login | undefined;
}

export interface EtcdClientOptions {
  /** "http://HOST:PORT" or "https://HOST:PORT" of the members. */
  readonly endpoints: readonly string[];
  /** Asked at each attempt to connect or to log in, so that replaced files are taken up. */
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
}

/** A connection to one member, logged in. */
export interface Connection {
  readonly endpoint: string;
  readonly session: Session;
  readonly token: string | undefined;
}

/** Holds one connection to one of the members; when it breaks, the next call connects to the next member that answers. */
export class EtcdClient implements AsyncDisposable {
  readonly clock: Clock;
  readonly #options: EtcdClientOptions;
  readonly #closed = new AbortController();
  #current: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  #turn = 0;

  constructor(options: EtcdClientOptions) {
    this.#options = options;
    this.clock = options.clock;
  }

  /**
   * Runs a call on the connection. A token that is not taken any more is replaced and the call made once more;
   * a connection that is lost is dropped. Throws an RpcError, or the signal's reason.
   */
  async run<T>(signal: AbortSignal, call: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#connection(signal);
    try {
      return await call(connection);
    } catch (error) {
      if (isLost(error)) this.drop(connection, error);
      if (!isStaleToken(error)) throw error;
    }
    return call(await this.#renewed(connection, signal));
  }

  /** Gives up a connection, so that the next call goes to the next member. */
  drop(connection: Connection, reason: RpcError): void {
    if (this.#current === connection) this.#current = undefined;
    connection.session.destroy(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new RpcError(STATUS.unavailable, "the backend was closed"));
    const open = this.#current ?? (await this.#opening?.catch(() => undefined));
    open?.session.destroy(this.#closed.signal.reason);
  }

  async #connection(signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted();
    this.#closed.signal.throwIfAborted();
    if (this.#current?.session.usable) return this.#current;
    this.#opening ??= this.#open().finally(() => void (this.#opening = undefined));
    return unlessAborted(this.#opening, signal);
  }

  /** The same session with a new token; several calls that find the token stale share the new one. */
  async #renewed(stale: Connection, signal: AbortSignal): Promise<Connection> {
    const current = await this.#connection(signal);
    if (current.token !== stale.token || current.session !== stale.session) return current;
    this.#opening ??= this.#logInAgain(current).finally(() => void (this.#opening = undefined));
    return unlessAborted(this.#opening, signal);
  }

  async #logInAgain({ endpoint, session }: Connection): Promise<Connection> {
    this.#current = await this.#logIn(endpoint, session, this.#closed.signal);
    return this.#current;
  }

  /** Begins after the member that was used last. */
  async #open(): Promise<Connection> {
    const { endpoints } = this.#options;
    this.#current = await firstConnection({
      connect: (endpoint, signal) => this.#openTo(endpoint, signal),
      close: ({ session }) => session.destroy(new RpcError(STATUS.unavailable, "another member answered first")),
      nextEndpoint: () => endpoints[this.#turn++ % endpoints.length] as string,
      most: endpoints.length,
      clock: this.clock,
      signal: this.#closed.signal,
    });
    return this.#current;
  }

  async #openTo(endpoint: string, signal: AbortSignal): Promise<Connection> {
    const { tls } = await this.#options.credentials();
    const session = await openSession(endpoint, tls, this.clock, signal);
    try {
      return await this.#logIn(endpoint, session, signal);
    } catch (error) {
      session.destroy(error instanceof RpcError ? error : new RpcError(STATUS.unavailable, "the login failed", { cause: error }));
      throw error;
    }
  }

  async #logIn(endpoint: string, session: Session, signal: AbortSignal): Promise<Connection> {
    const { login } = await this.#options.credentials();
    const token = login === undefined ? undefined : await authenticate(session, login, this.clock, signal);
    return { endpoint, session, token };
  }
}

/** The headers that every call carries. */
export function callMetadata({ token }: Connection): Record<string, string> {
  return token === undefined ? {} : { token };
}
