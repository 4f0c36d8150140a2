import type { Logger, LogLevel } from "../core/ports.ts";

/** Logs as the logger of the moment does, whichever that is by then. */
export function currentLogger(current: () => Logger): Logger {
  const log = (level: LogLevel): Logger[LogLevel] => (message, fields) => current()[level](message, fields);
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error"), with: (fields) => currentLogger(() => current().with(fields)) };
}
