import { readdirSync } from "node:fs";
import type { ProcessUsage } from "../core/ports.ts";

const MICROS = 1_000_000;

/** What this process uses now. */
export function processUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / MICROS, openFds: openFds() };
}

/** Undefined where the system has no /proc. */
function openFds(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}
