import { severalLines, uncoloured } from "./visible.ts";

/** Every way in which Remora can fail: exit status, whether trying again may help, and one sentence for the docs. */
export const ERRORS = {
  INTERNAL: { exit: 1, retry: false, summary: "A defect in Remora" },
  USAGE: { exit: 2, retry: false, summary: "The command line is wrong" },
  CONFIG_INVALID: { exit: 2, retry: false, summary: "A configuration file, variable or flag is wrong" },
  TEMPLATE_INVALID: { exit: 2, retry: false, summary: "A template cannot be compiled or found" },
  STATE_DIR: { exit: 2, retry: false, summary: "The state directory cannot be used" },
  BACKEND_UNREACHABLE: { exit: 3, retry: true, summary: "A backend does not answer" },
  BACKEND_REFUSED: { exit: 3, retry: true, summary: "A backend answered with an error" },
  BACKEND_DENIED: { exit: 3, retry: true, summary: "A backend refuses the credentials or the permission" },
  BACKEND_DATA: { exit: 3, retry: true, summary: "What a backend holds cannot be read" },
  BACKEND_CONFLICT: { exit: 3, retry: true, summary: "A key was changed by somebody else in between" },
  WATCH_STALE: { exit: 3, retry: true, summary: "A watch cannot be resumed, everything is read again" },
  TEMPLATE_MISSING_KEY: { exit: 4, retry: true, summary: "A template reads a key that does not exist" },
  KEYS_GONE: { exit: 4, retry: true, summary: "A prefix that had keys has none now, and the unit keeps its files" },
  SERVICE_MISSING: { exit: 4, retry: true, summary: "A service that is required has no live instance" },
  ENV_INVALID: { exit: 4, retry: true, summary: "A key cannot be a variable of the app's environment" },
  TEMPLATE_FAILED: { exit: 4, retry: true, summary: "A template fails while it renders" },
  SECRET_MALFORMED: { exit: 4, retry: true, summary: "A sealed value is damaged, or of a form that is not known" },
  SECRET_KEY_MISSING: { exit: 4, retry: true, summary: "A sealed value is for a key that the keyring does not have" },
  SECRET_WRONG_PATH: { exit: 4, retry: true, summary: "A sealed value stands at another key than it was sealed for" },
  SECRET_TAMPERED: { exit: 4, retry: true, summary: "A sealed value was changed after it was sealed" },
  KEYRING_INVALID: { exit: 2, retry: true, summary: "A private key file cannot be used" },
  TARGET_FAILED: { exit: 5, retry: true, summary: "A target cannot be written" },
  CHECK_FAILED: { exit: 5, retry: true, summary: "The check command refuses the staged files" },
  RELOAD_FAILED: { exit: 5, retry: true, summary: "The reload command failed; the reload stays due" },
  REGISTRATION_INVALID: { exit: 2, retry: false, summary: "A registry cannot hold an instance as it is" },
  REGISTRATION_CONFLICT: { exit: 3, retry: true, summary: "Somebody else registered under the same id" },
  ADDRESS_UNKNOWN: { exit: 2, retry: true, summary: "No address of this machine is the one to be advertised" },
  SOURCE_UNREACHABLE: { exit: 3, retry: true, summary: "The Docker engine does not answer" },
  APP_NOT_EXECUTABLE: { exit: 126, retry: false, summary: "The app of remora run cannot be executed" },
  APP_NOT_FOUND: { exit: 127, retry: false, summary: "The app of remora run is not there" },
  SERVICE_MANAGER: { exit: 1, retry: true, summary: "The service manager, as systemd, cannot be told how it stands; logged alone" },
  STATUS_LISTEN: { exit: 2, retry: false, summary: "The status cannot be told where it is asked for" },
  STATUS_UNREACHABLE: { exit: 3, retry: true, summary: "No Remora that runs tells its status there" },
  TIMEOUT: { exit: 6, retry: true, summary: "What was waited for did not come in time" },
} as const satisfies Record<string, { exit: number; retry: boolean; summary: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** Where in a file something is wrong; lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The line itself. */
  readonly source?: string | undefined;
}

export interface ErrorDetails {
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly at?: Location | undefined;
  readonly cause?: unknown;
  /** The last lines that a command printed. */
  readonly output?: string | undefined;
  /** The exit status of a command that failed. */
  readonly status?: number | undefined;
}

/** The one error that Remora throws: the message says what was being done, to what, and why it failed. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: Location | undefined;
  readonly output: string | undefined;
  readonly status: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "AppError";
    this.code = code;
    this.hint = details.hint;
    this.at = details.at;
    this.output = details.output;
    this.status = details.status;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }
}

/** Makes an AppError of anything that was thrown; what is not one already is a defect. */
export function toAppError(thrown: unknown, code: ErrorCode = "INTERNAL"): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(code, reason(thrown), { cause: thrown });
}

/** The message of anything that was thrown, without its stack. */
export function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** "FILE:LINE:COLUMN", as far as it is known. */
export function placeOf({ at }: AppError): string | undefined {
  return at && [at.file, at.line, at.column].filter((part) => part !== undefined).join(":");
}

/** "FILE:LINE:COLUMN: message", the line itself with a caret, the output of the command, and the hint; what a terminal would obey is written out. */
export function describeError(error: AppError): string {
  const lines: string[] = [];
  const { at } = error;
  const place = placeOf(error);
  lines.push(place === undefined ? error.message : `${place}: ${error.message}`);
  if (at?.source !== undefined && at.line !== undefined) {
    const gutter = `  ${at.line} | `;
    lines.push(gutter + at.source);
    if (at.column !== undefined) lines.push(" ".repeat(gutter.length + at.column - 1) + "^");
  }
  if (error.output) lines.push(...error.output.trimEnd().split("\n").map((line) => `  > ${line}`));
  if (error.hint) lines.push(`  hint: ${error.hint}`);
  return severalLines(uncoloured(lines.join("\n")));
}
