import { oneLine } from "../core/visible.ts";
import type { LogRecord } from "./logger.ts";

/** time=2026-01-02T03:04:05.678Z level=info msg="Committed" unit=nginx */
export function logfmt({ time, level, message, fields }: LogRecord): string {
  const parts = [`time=${time.toISOString()}`, `level=${level}`, `msg=${JSON.stringify(message)}`];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) parts.push(`${name}=${quote(value)}`);
  }
  return parts.join(" ");
}

function quote(value: unknown): string {
  const text = typeof value === "string" ? value : isTexts(value) ? value.join(",") : (JSON.stringify(value) ?? String(value));
  return /^[^\s"=\\]+$/.test(text) && text === oneLine(text) ? text : oneLine(JSON.stringify(text));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
