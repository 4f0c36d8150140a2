import Consul from "consul";
import { packageOptions } from "../clients/consul/package-options.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import type { Clock } from "../core/ports.ts";
import type { QueuePlace } from "../core/queue.ts";
import { consulName } from "./consul-kv.ts";
import { attemptConsul, type ConsulWriterOptions } from "./consul-writer.ts";

// Consul takes no shorter one, and ends a session when up to twice of it has passed.
const TTL_S = 10;
const RENEW_MS = 3_000;
const DEADLINE_MS = 5_000;

/** A key held by a session for each who waits, in the order in which they were made; through the package "consul". */
export async function joinConsulQueue({ target, datacenter, token }: ConsulWriterOptions, clock: Clock, key: Key, note: string): Promise<QueuePlace> {
  const { kv, session } = new Consul(packageOptions(target, { datacenter, token, deadlineMs: DEADLINE_MS }));
  const attempt = <T>(act: string, answer: Promise<T>) => attemptConsul(act, target, answer);
  const { ID: id } = await attempt(`wait for "${key}" in`, session.create({ name: "remora", ttl: `${TTL_S}s`, behavior: "delete", lockdelay: "0s" }));
  const own = `${consulName(key)}/${id}`;
  const lost = new AbortController();
  let [heard, cancelRenewal] = [clock.monotonic(), () => {}];
  const renew = async () => {
    try {
      await session.renew({ id });
      heard = clock.monotonic();
    } catch (thrown) {
      // It may live for twice its time, but that is for Consul to say.
      if ((thrown as { statusCode?: number }).statusCode === 404 || clock.monotonic() - heard > TTL_S * 1_000) return lost.abort();
    }
    again();
  };
  const again = () => {
    if (!left) cancelRenewal = clock.after(RENEW_MS, () => void renew());
  };
  let left = false;
  const leave = async () => {
    left = true;
    cancelRenewal();
    await session.destroy({ id }).catch(() => {});
  };
  const say = async (text: string) => {
    const taken = await attempt(`write "${key}" to`, kv.set({ key: own, value: text, acquire: id }));
    if (!taken) throw new AppError("BACKEND_REFUSED", `Cannot write "${key}" to Consul at ${target.address}: its session is gone`);
  };
  try {
    await say(note);
  } catch (error) {
    await leave();
    throw error;
  }
  again();
  return {
    id,
    lost: lost.signal,
    async list() {
      const rows = ((await attempt(`read "${key}" from`, kv.get({ key: `${consulName(key)}/`, recurse: true }))) ?? []) as unknown as readonly Row[];
      const held = rows.filter((row) => row.Session !== undefined).sort((a, b) => a.CreateIndex - b.CreateIndex);
      return held.map((row) => ({ id: row.Key.slice(consulName(key).length + 1), note: row.Value ?? "" }));
    },
    say,
    [Symbol.asyncDispose]: leave,
  };
}

interface Row {
  readonly Key: string;
  readonly Value: string | null;
  readonly CreateIndex: number;
  readonly Session?: string;
}
