import { type Client, Exception, type Transaction } from "node-zookeeper-client";

/** Ends a session. Before there is a connection the package fails at that, and connects all the same: then it ends as it begins. */
export function close(client: Client): void {
  client.once("connected", () => client.close());
  try {
    client.close();
  } catch {
    // It has no socket yet.
  }
}

interface Inner {
  readonly connectionManager: { connect(): void; readonly socket?: { destroy(): void } };
}

/** Cuts its connection, which would else stay for as long as its path carries nothing; and the package would make another one, for ever. */
export function cut(client: Client): void {
  const { connectionManager } = client as Client & Inner;
  connectionManager.connect = () => {};
  connectionManager.socket?.destroy();
}

/** Lets it make so many connections and no more, which the package would do for ever; calls back when none of them came to something. */
export function limitTries(client: Client, most: number, onNone: () => void): void {
  const { connectionManager } = client as Client & Inner;
  const connect = connectionManager.connect.bind(connectionManager);
  let tries = 0;
  connectionManager.connect = () => {
    tries += 1;
    if (tries <= most) connect();
    else onNone();
  };
}

/** Whether the server, or the package, said this of a request. */
export function isCode(thrown: unknown, code: number): boolean {
  return thrown instanceof Exception && thrown.getCode() === code;
}

/** What a request with a callback comes to. */
export function answerOf<T>(request: (done: (error: unknown, answer: T | undefined) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => request((error, answer) => (error ? reject(error) : resolve(answer as T))));
}

/** Has the last step of a transaction done at this version alone. The package's own parameter takes 0, the first one, for any. */
export function atVersion(transaction: Transaction, version: number): Transaction {
  const step = (transaction as Transaction & { readonly ops: { version?: number }[] }).ops.at(-1);
  if (step !== undefined) step.version = version;
  return transaction;
}
