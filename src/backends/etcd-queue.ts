import { attemptEtcd3, openEtcd3 } from "../clients/etcd/open-etcd3.ts";
import type { EtcdOptions } from "../clients/etcd/options.ts";
import type { BackendPorts } from "../core/backend.ts";
import type { Key } from "../core/key.ts";
import type { QueuePlace } from "../core/queue.ts";

/** How long a place outlives its process, in seconds; the package renews it three times as often. */
const TTL_S = 15;

/** A key under a lease for each who waits, in the order in which they were made; through the etcd3 package, which is loaded here. */
export async function joinEtcdQueue(options: EtcdOptions, ports: BackendPorts, key: Key, note: string): Promise<QueuePlace> {
  const client = await openEtcd3(options, { ports });
  const attempt = <T>(verb: string, act: () => Promise<T>) => attemptEtcd3(`${verb} "${key}" in`, options, act);
  const lost = new AbortController();
  const lease = client.lease(TTL_S);
  // Its own clock notices first: the package goes on renewing a lease that etcd has forgotten while it cannot be asked.
  let heard = ports.clock.monotonic();
  lease.on("keepaliveSucceeded", () => (heard = ports.clock.monotonic()));
  lease.on("lost", () => lost.abort());
  const look = () => (ports.clock.monotonic() - heard > TTL_S * 1_000 ? lost.abort() : (cancelLook = ports.clock.after(LOOK_MS, look)));
  let cancelLook = ports.clock.after(LOOK_MS, look);
  const leave = async () => {
    cancelLook();
    await lease.revoke().catch(() => {});
    client.close();
  };
  try {
    const id = BigInt(await attempt("wait for", () => lease.grant())).toString(16);
    const own = `${key}/${id}`;
    await attempt("wait for", () => lease.put(own).value(note).exec());
    return {
      id,
      lost: lost.signal,
      async list() {
        const { kvs } = await attempt("read", () => client.getAll().prefix(`${key}/`).sort("Create", "Ascend").exec());
        return kvs.map((kv) => ({ id: kv.key.toString().slice(key.length + 1), note: kv.value.toString() }));
      },
      say: async (text) => void (await attempt("write", () => lease.put(own).value(text).exec())),
      [Symbol.asyncDispose]: leave,
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

const LOOK_MS = 1_000;
