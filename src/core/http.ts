import type { ListenAddress } from "./listen-address.ts";

/** What was asked, without a body. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Where it came in. */
  readonly at: ListenAddress;
  /** Aborts when whoever asked is gone, and when the server closes. */
  readonly signal: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or in parts as they come: the next is asked for when the one before is on its way. */
  readonly body: string | AsyncIterable<string>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpReply>;

/** Takes connections until it is disposed of. */
export interface HttpListener extends AsyncDisposable {
  /** With the port that was given to it, where it asked for any. */
  readonly address: ListenAddress;
  /** Ends the connections that there are; new ones are taken. */
  hangUp(): void;
}
