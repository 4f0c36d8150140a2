import { AppError, type ErrorCode } from "../../core/error.ts";
import type { Fields, Logger } from "../../core/ports.ts";
import { optionFor, type Values } from "./backends.ts";

/** What to do about errors whose hints name flags that confd does not have. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  STATE_DIR: "One process at a time applies a confdir; REMORA_STATE_DIR names another state directory",
  STATUS_LISTEN: "Name another address with --metrics-addr, or with REMORA_STATUS_LISTEN",
};

/** An error whose hint calls settings as whoever runs confd does. */
export function inConfdsWords(error: AppError, values: Values | undefined): AppError {
  const hint = HINTS[error.code] ?? (error.hint === undefined ? undefined : named(error.hint, values));
  if (hint === error.hint) return error;
  const { code, message, at, output, status, cause } = error;
  return new AppError(code, message, { hint, at, output, status, cause });
}

/** A log whose hints do. */
export function speaking(logger: Logger, values: Values): Logger {
  const told = (fields: Fields | undefined) => (typeof fields?.["hint"] === "string" ? { ...fields, hint: named(fields["hint"], values) } : fields);
  return {
    debug: (message, fields) => logger.debug(message, told(fields)),
    info: (message, fields) => logger.info(message, told(fields)),
    warn: (message, fields) => logger.warn(message, told(fields)),
    error: (message, fields) => logger.error(message, told(fields)),
    with: (fields) => speaking(logger.with(fields), values),
  };
}

/** "address" of [backends.consul] is --node, or whatever gave it. */
function named(hint: string, values: Values | undefined): string {
  return hint.replaceAll(/"(\w+)" of \[backends\.(\w+)\]/g, (written, setting: string, backend: string) => {
    const option = optionFor(backend, setting);
    return option === undefined ? written : `"${values?.label(option) ?? `--${option}`}"`;
  });
}
