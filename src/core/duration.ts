import { AppError } from "./error.ts";

/** A span of time in milliseconds. */
export type Duration = number & { readonly __duration: never };

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads "100ms", "2s", "1m30s", "24h" or "0". Throws CONFIG_INVALID. */
export function toDuration(text: string): Duration {
  if (text === "0") return 0 as Duration;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) {
    throw new AppError("CONFIG_INVALID", `"${text}" is not a duration`, { hint: 'Write a number and a unit: "100ms", "2s", "1m30s", "24h"' });
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0), 0) as Duration;
}

export function milliseconds(count: number): Duration {
  return count as Duration;
}

/** "850ms", "2.5s", "3m20s", "5h2m". */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  return h > 0 ? `${h}h${m > 0 ? `${m}m` : ""}` : `${m}m${s > 0 ? `${s}s` : ""}`;
}
