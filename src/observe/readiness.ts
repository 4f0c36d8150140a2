import type { AppStatus, BackendStatus, RegistryStatus, StatusDocument, UnitStatus } from "../core/status-document.ts";

export interface Standing {
  readonly command: StatusDocument["remora"]["command"];
  /** There is something that could be ready. */
  readonly begun: boolean;
  readonly stopping: string | undefined;
  readonly units: readonly UnitStatus[];
  readonly backends: readonly BackendStatus[];
  readonly registries: readonly RegistryStatus[];
  /** What is to be registered and cannot be yet, each with the reason. */
  readonly unregistered: readonly string[];
  readonly app: AppStatus | null;
}

/** Why Remora is not ready, a sentence each; none where every unit was applied and its last attempt was good, and the app runs where there is one. */
export function whyNotReady({ command, begun, stopping, units, backends, registries, unregistered, app }: Standing): string[] {
  if (stopping !== undefined) return [`Remora is stopping: ${stopping}`];
  if (!begun) return ["Remora is starting"];
  if (command === "register") return [...unregistered, ...registries.flatMap(registryReason)];
  const reasons = units.flatMap((unit) => (unit.ready ? [] : unitReason(unit, backends)));
  return [...reasons, ...(app === null ? [] : appReason(app, reasons.length > 0))];
}

function unitReason({ name, state, waiting_for, locked_by, failure }: UnitStatus, backends: readonly BackendStatus[]): string[] {
  if (state === "waiting") return [`Unit "${name}" waits for ${waiting_for.join(", ")}`];
  if (failure !== null) return [`Unit "${name}" failed to ${failure.step}: ${failure.message}`];
  if (state !== "pending") return [`Unit "${name}" is not applied yet: its state is "${state}"${locked_by === null ? "" : `: ${locked_by}`}`];
  const away = backends.filter((backend) => backend.state !== "live");
  const why = away.map((backend) => `, as backend "${backend.name}" is ${backend.state === "down" ? `away: ${backend.error?.message}` : "still being reached"}`);
  return [`Unit "${name}" is not applied yet: its keys have not been read${why[0] ?? ""}`];
}

/** An app that was never started waits for units, and they say for what. */
function appReason({ state, crashes, last_end }: AppStatus, isHeldUp: boolean): string[] {
  switch (state) {
    case "running":
      return [];
    case "waiting":
      return isHeldUp ? [] : ["The app has not been started yet"];
    case "ended":
      return [`The app has ended${last_end === null ? "" : `, ${last_end}`}, and is started again`];
    case "crash loop":
      return [`The app is in a crash loop: ${crashes} ends in a row, the last with ${last_end}`];
  }
}

function registryReason({ name, state, error, registrations }: RegistryStatus): string[] {
  if (state === "down") return [`Registry "${name}" is away: ${error?.message}`];
  return registrations.filter((each) => each.state !== "registered").map((each) => `"${each.id}" is not registered in "${name}" yet${each.error === null ? "" : `: ${each.error}`}`);
}
