import type { Registration } from "../engine/registration.ts";
import type { Invocation } from "./command.ts";
import { serviceNotify } from "./service-notify.ts";
import type { SettingsSession } from "./session.ts";
import { few } from "./status-line.ts";

/** Tells the service manager that started `remora register` how it stands, until it is disposed of; READY when everything is registered. */
export async function notifyRegistering(invocation: Invocation, { registrar }: Registration, { settings, ports, log }: SettingsSession, stop: AbortSignal): Promise<AsyncDisposable | undefined> {
  const notify = await serviceNotify(invocation, log);
  if (notify === undefined) return undefined;
  const over = new AbortController();
  stop.addEventListener("abort", () => notify.stopping(settings), { once: true });
  notify.show(() => registeringLine(registrar));
  notify.follow(registrar.complete(), stop);
  const { every, turn } = notify.heartbeat;
  const turning = (async () => {
    for (; !over.signal.aborted; await ports.clock.sleep(every, over.signal).catch(() => {})) turn();
  })();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await turning;
      await notify[Symbol.asyncDispose]();
    },
  };
}

/** How it stands, in one line: "3 registered in etcd; consul is away: nothing listens there; web waits for its checks". */
export function registeringLine({ status, waiting, problems }: Pick<Registration["registrar"], "status" | "waiting" | "problems">): string {
  const registries = status.flatMap(({ registry, registered, down }) => (down === undefined ? `${registered} registered in ${registry}` : `${registry} is away: ${down.message}`));
  const refused = status.flatMap(({ registry, pending }) => [...pending].flatMap(([id, error]) => (error === undefined ? [] : `${id} is refused by ${registry}: ${error.message}`)));
  return [...registries, ...few([...refused, ...waiting, ...problems.map(({ message }) => message)])].join("; ");
}
