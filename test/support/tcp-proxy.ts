import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy that misbehaves when told to. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Closes all connections; new ones are served. */
  cut(): void;
  /** Closes each connection after the server has sent so many more bytes over all of them, once. */
  cutAfter(bytes: number): void;
  /** Lets so many more bytes of the server through, and then nothing on the connection that they came by, which stays open; once. */
  stallAfter(bytes: number): void;
  /** Lets the present connections live on without carrying a byte, for ever; new ones are served. */
  blackhole(): void;
  /** Accepts and closes at once, until told otherwise. */
  refuse(refuse: boolean): void;
  /** Lets the server's bytes through in pieces of so many, one each 5 ms, from now on. */
  trickle(bytes: number): void;
  /** Lets bytes through so many milliseconds after they came, both ways, from now on. */
  delay(ms: number): void;
  /** Hands on what the server says to present clients only every so many milliseconds, all of it at once. */
  gather(ms: number): void;
  /** Carries nothing from the server to present clients any more, though it takes what they say. */
  deafen(): void;
  /** Accepts and then carries no byte, until told otherwise; what was accepted meanwhile stays dead. */
  swallow(swallow: boolean): void;
}

/** Listens on a port of the kernel's choice, unless it is told where. */
export async function tcpProxy(targetPort: number, { host = "127.0.0.1", port = 0 } = {}): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let latency = 0;
  let [accepted, refusing, swallowing] = [0, false, false];
  let [allowance, piece, untilStall] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

  const cut = () => {
    for (const { client, server } of pairs) for (const socket of [client, server]) socket.destroy();
    pairs.clear();
  };
  const listener = createServer((client) => {
    accepted += 1;
    if (refusing) return void client.destroy();
    const pair: Pair = { client, server: connect(targetPort, "127.0.0.1"), dead: swallowing };
    pairs.add(pair);
    for (const [from, to] of [[client, pair.server], [pair.server, client]] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (pair.dead || (pair.deaf && from === pair.server)) return;
        if (latency > 0) return void setTimeout(() => to.write(chunk), latency);
        if (from === pair.server && piece < Number.POSITIVE_INFINITY) return trickled(pair, chunk);
        if (from === pair.server && untilStall < chunk.length) {
          to.write(chunk.subarray(0, untilStall));
          untilStall = Number.POSITIVE_INFINITY;
          return void (pair.deaf = true);
        }
        if (from === pair.server) untilStall -= chunk.length;
        if (from === pair.server) allowance -= chunk.length;
        to.write(allowance < 0 ? chunk.subarray(0, Math.max(0, chunk.length + allowance)) : chunk, () => {
          if (allowance >= 0) return;
          allowance = Number.POSITIVE_INFINITY;
          cut();
        });
      });
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        pairs.delete(pair);
        if (!pair.dead) to.destroy();
      });
    }
  });
  const trickled = async ({ client, server }: { client: Socket; server: Socket }, chunk: Buffer) => {
    server.pause();
    for (let at = 0; at < chunk.length; at += piece) {
      client.write(chunk.subarray(at, at + piece));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    server.resume();
  };
  await new Promise<void>((resolve) => listener.listen(port, host, resolve));

  return {
    port: (listener.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    cut,
    cutAfter: (bytes) => void (allowance = bytes),
    stallAfter: (bytes) => void (untilStall = bytes),
    blackhole() {
      for (const pair of pairs) pair.dead = true;
    },
    refuse: (refuse) => void (refusing = refuse),
    delay: (ms) => void (latency = ms),
    gather(ms) {
      for (const { client } of pairs) {
        client.cork();
        timers.add(setInterval(() => (client.uncork(), client.cork()), ms));
      }
    },
    deafen() {
      for (const pair of pairs) pair.deaf = true;
    },
    trickle: (bytes) => void (piece = bytes),
    swallow: (swallow) => void (swallowing = swallow),
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Carries nothing any more. */
  dead: boolean;
  /** Carries nothing of the server's any more. */
  deaf?: boolean;
}
