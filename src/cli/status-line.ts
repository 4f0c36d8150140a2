import { formatDependency } from "../core/dependency.ts";
import type { AppState, BackendState, UnitState } from "../core/status.ts";
import type { Engine } from "../engine/engine.ts";

/** More would not be read. */
const MOST_NAMED = 5;

/** How it stands with what `remora run` keeps. */
export type RunStatus = Pick<Engine["status"], "units" | "backends"> & { readonly app: AppState | undefined };

/** How it stands, in one line: "2 of 3 units applied; web waits for /db/host, /db/port". */
export function statusLine({ units, backends, app }: RunStatus): string {
  const applied = units.filter(({ state }) => state.kind === "applied").length;
  const rest = units.flatMap(({ unit, state }) => unitPart(unit, state) ?? []);
  const away = backends.flatMap(({ backend, state }) => backendPart(backend, state) ?? []);
  return [`${applied} of ${units.length} units applied`, ...few(rest), ...away, ...appPart(app)].join("; ");
}

function unitPart(unit: string, state: UnitState): string | undefined {
  switch (state.kind) {
    case "applied":
      return undefined;
    case "waiting":
      return `${unit} waits for ${few(state.missing.map(formatDependency)).join(", ")}`;
    case "failed":
      return `${unit} failed in ${state.step}: ${state.error.message}`;
    case "pending":
      return `${unit} waits for its keys to be read`;
    case "reload due":
      return `${unit} waits for its reload${state.lockedBy === undefined ? "" : `: ${state.lockedBy}`}`;
    default:
      return `${unit} is being applied`;
  }
}

function backendPart(backend: string, state: BackendState): string | undefined {
  return state.kind === "down" ? `${backend} is away: ${state.error.message}` : undefined;
}

/** The first of them, and how many more there are. */
export function few(parts: readonly string[]): readonly string[] {
  return parts.length <= MOST_NAMED ? parts : [...parts.slice(0, MOST_NAMED), `${parts.length - MOST_NAMED} more`];
}

function appPart(app: AppState | undefined): readonly string[] {
  return app === undefined || app.starts === 0 || app.pid !== undefined ? [] : [`the app has ended, ${app.lastEnd}, and is started again`];
}
