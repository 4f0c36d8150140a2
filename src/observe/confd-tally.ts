import type { Happening } from "../core/observer.ts";
import { add, type Histogram, histogram, observe } from "./tally.ts";

/** What confd measures and Remora's own metrics do not: times by resource and by backend; the keys of all are names, but for `reads`, "etcd\nok". */
export class ConfdTally {
  readonly renders = new Map<string, Histogram>();
  readonly checks = new Map<string, Histogram>();
  readonly reloads = new Map<string, Histogram>();
  readonly backends = new Map<string, Histogram>();
  /** Readings by backend and how they ended. */
  readonly reads = new Map<string, number>();
  /** Checks by how they ended. */
  readonly checked = new Map<string, number>();
  /** Since when a unit is being checked, in milliseconds since 1970. */
  readonly #checking = new Map<string, number>();
  #withCheck: ReadonlySet<string> = new Set();

  count(happening: Happening): void {
    switch (happening.kind) {
      case "rendered":
        observe(timesOf(this.renders, happening.unit), happening.took);
        break;
      case "reloaded":
        for (const unit of happening.units) observe(timesOf(this.reloads, unit), happening.took);
        break;
      case "read":
        observe(timesOf(this.backends, happening.backend), happening.took);
        add(this.reads, [happening.backend, happening.ok ? "ok" : "failed"]);
        break;
      case "unit state":
        this.#came(happening.unit, happening.state);
        break;
    }
  }

  /** A configuration with these units begins; what was measured of others is forgotten. */
  begin(units: readonly { readonly name: string; readonly hasCheck: boolean }[]): void {
    const names = new Set(units.map(({ name }) => name));
    for (const times of [this.renders, this.checks, this.reloads]) for (const name of times.keys()) if (!names.has(name)) times.delete(name);
    this.#withCheck = new Set(units.flatMap(({ name, hasCheck }) => (hasCheck ? [name] : [])));
  }

  /** A check lasts from one state to the next. */
  #came(unit: string, state: Extract<Happening, { kind: "unit state" }>["state"]): void {
    const since = this.#checking.get(unit);
    this.#checking.delete(unit);
    if (state.kind === "checking" && this.#withCheck.has(unit)) this.#checking.set(unit, state.since);
    if (since === undefined || (state.kind !== "writing" && state.kind !== "failed")) return;
    observe(timesOf(this.checks, unit), state.since - since);
    add(this.checked, [state.kind === "writing" ? "ok" : "failed"]);
  }
}

function timesOf(times: Map<string, Histogram>, name: string): Histogram {
  const found = times.get(name) ?? histogram();
  times.set(name, found);
  return found;
}
