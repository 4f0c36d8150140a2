import { type Client, createClient, Exception } from "node-zookeeper-client";
import { type ZookeeperOptions, zookeeperBackend } from "../../src/backends/zookeeper.ts";
import type { Backend } from "../../src/core/backend.ts";
import { toKey } from "../../src/core/key.ts";
import { realPorts } from "./ports.ts";

/** Opens the backend on a server: "127.0.0.1:2181". */
export function openZookeeperBackend(server: string, options: Partial<ZookeeperOptions> = {}): Promise<Backend> {
  return zookeeperBackend.open({ servers: [server], ...options }, realPorts());
}

/** Writes beside whoever is tested, under a session of its own. */
export interface ZookeeperPen extends Disposable {
  readonly client: Client;
  /** Writes a node, with those above it. */
  put(path: string, value: string | Uint8Array): Promise<void>;
  delete(path: string): Promise<void>;
  /** Writes nodes that are there, all or none. */
  putTogether(values: Readonly<Record<string, string>>): Promise<void>;
}

export async function zookeeperPen(server: string): Promise<ZookeeperPen> {
  const client = createClient(server, { sessionTimeout: 10_000 });
  await new Promise<void>((resolve) => {
    client.once("connected", () => resolve());
    client.connect();
  });
  const call = <T = void>(request: (done: (error: unknown, answer?: T) => void) => void) => new Promise<T>((resolve, reject) => request((error, answer) => (error ? reject(error) : resolve(answer as T))));
  const create = (path: string, data: Buffer) => call((done) => client.create(path, data, (error) => done(error)));
  return {
    client,
    async put(path, value) {
      const data = Buffer.from(value as Uint8Array);
      try {
        await call((done) => client.setData(path, data, -1, (error) => done(error)));
      } catch (error) {
        if ((error as Exception).getCode() !== Exception.NO_NODE) throw error;
        const parent = path.slice(0, path.lastIndexOf("/"));
        if (parent !== "") await call((done) => client.mkdirp(parent, (made) => done(made)));
        await create(path, data);
      }
    },
    delete: (path) => call((done) => client.remove(path, -1, (error) => done(error))),
    putTogether: (values) => call((done) => Object.entries(values).reduce((transaction, [path, value]) => transaction.setData(path, Buffer.from(value), -1), client.transaction()).commit((error) => done(error))),
    [Symbol.dispose]: () => client.close(),
  };
}

/** What is below a prefix. */
export async function readBelow(backend: Backend, ...prefixes: string[]): Promise<Record<string, unknown>> {
  const { entries } = await backend.read(prefixes.map(toKey), { signal: AbortSignal.timeout(15_000) });
  return Object.fromEntries([...entries].sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, value }) => [key, value]));
}
