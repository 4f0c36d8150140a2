import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pipeline, Transform } from "node:stream";

const CHUNK_MS = 20;
const CHUNK_BYTES = 60_000;

/** A TCP proxy that lets 3 MB a second through from the server. */
export async function slowProxy(targetPort: number): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const server = connect(targetPort, "127.0.0.1");
    for (const socket of [client, server]) sockets.add(socket);
    pipeline(client, server, () => {});
    pipeline(server, slow(), client, () => {});
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function slow(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      setTimeout(() => done(null, chunk), (chunk.length / CHUNK_BYTES) * CHUNK_MS);
    },
  });
}
