import type { Clock, Fields, Logger, LogLevel } from "../core/ports.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

export interface LogRecord {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Fields;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: (record: LogRecord) => string;
  readonly write: (line: string) => void;
  readonly clock: Pick<Clock, "now">;
  /** Is given every record, those too that are below the level. */
  readonly onRecord?: ((record: LogRecord) => void) | undefined;
}

/** Writes a line for each record that is at or above the level. */
export function createLogger(options: LoggerOptions, bound: Fields = {}): Logger {
  const log = (level: LogLevel) => (message: string, fields: Fields = {}) => {
    const isPrinted = LEVELS.indexOf(level) >= LEVELS.indexOf(options.level);
    if (!isPrinted && options.onRecord === undefined) return;
    const record: LogRecord = { time: new Date(options.clock.now()), level, message, fields: { ...bound, ...fields } };
    options.onRecord?.(record);
    if (isPrinted) options.write(`${options.format(record)}\n`);
  };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    with: (fields) => createLogger(options, { ...bound, ...fields }),
  };
}
