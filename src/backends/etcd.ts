import { EtcdClient } from "../clients/etcd/client.ts";
import { type EtcdOptions, readCredentials } from "../clients/etcd/options.ts";
import type { Backend, BackendDefinition } from "../core/backend.ts";
import { covering } from "../core/key.ts";
import { entryReader } from "./etcd/entries.ts";
import { readPrefixes } from "./etcd/read.ts";
import { watchPrefixes } from "./etcd/watch.ts";

export type { EtcdOptions } from "../clients/etcd/options.ts";

/** Keys in etcd, read and watched by our own client; the etcd3 package is loaded when something is written. */
export const etcdBackend: BackendDefinition<EtcdOptions> = {
  name: "etcd",
  summary: "Keys in etcd 3",
  async open(options, ports): Promise<Backend> {
    const client = new EtcdClient({ endpoints: options.endpoints, credentials: () => readCredentials(options, ports), clock: ports.clock });
    const context = { client, endpoints: options.endpoints, entries: entryReader(ports.log), denied: new Set<string>() };
    return {
      name: "etcd",
      resumes: true,
      cover: covering,
      read: (prefixes, readOptions) => readPrefixes(context, prefixes, readOptions),
      watch: (prefixes, since, signal) => watchPrefixes(context, prefixes, since, signal),
      async writer() {
        const { openEtcdWriter } = await import("./etcd-writer.ts");
        return openEtcdWriter(options, ports);
      },
      async joinQueue(key, note) {
        const { joinEtcdQueue } = await import("./etcd-queue.ts");
        return joinEtcdQueue(options, ports, key, note);
      },
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    };
  },
};
