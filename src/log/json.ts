import { oneLine } from "../core/visible.ts";
import type { LogRecord } from "./logger.ts";

/** {"time":"2026-01-02T03:04:05.678Z","level":"info","msg":"Committed","unit":"nginx"} */
export function json({ time, level, message, fields }: LogRecord): string {
  return oneLine(JSON.stringify({ time: time.toISOString(), level, msg: message, ...fields }));
}
