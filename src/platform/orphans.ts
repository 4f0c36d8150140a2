import type { Orphans } from "../core/ports.ts";

let adopting: Promise<Orphans> | undefined;

/** Takes in processes whose parent has ended, once and for all, where this runtime can reap them. */
export function adoptOrphans(): Promise<Orphans> {
  adopting ??= adopt();
  return adopting;
}

async function adopt(): Promise<Orphans> {
  // Node has no way to call the system, and libuv waits for the children that it started itself alone.
  if (process.versions["bun"] !== undefined) {
    const { startReaper } = await import("./reaper.ts");
    if (await startReaper()) return "reaped";
  }
  return process.pid === 1 ? "zombies" : "left";
}
