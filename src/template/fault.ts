import { type AppError, reason } from "../core/error.ts";

/** A file as it was when it was compiled. */
export interface SourceFile {
  /** As include and extends name it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** A place in a file; line and column count from 1. */
export interface Position {
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
}

interface FaultDetails {
  readonly kind?: "failed" | "missing key";
  readonly hint?: string | undefined;
  readonly position?: Position | undefined;
  /** The error that it stands for, whose code it becomes. */
  readonly cause?: AppError | undefined;
}

/** What is wrong, before it is known which template was being rendered; it becomes an AppError in one place. */
export class TemplateFault extends Error {
  readonly kind: "failed" | "missing key";
  readonly hint: string | undefined;
  readonly position: Position | undefined;
  declare readonly cause: AppError | undefined;

  constructor(why: string, details: FaultDetails = {}) {
    super(why, { cause: details.cause });
    this.kind = details.kind ?? "failed";
    this.hint = details.hint;
    this.position = details.position;
  }
}

/** Thrown through a template to end its render; never reported as a fault of it. */
export class Interruption extends Error {}

/** The fault with a position: the innermost one stays. */
export function located(thrown: unknown, position: Position, prefix = ""): unknown {
  if (thrown instanceof Interruption) return thrown;
  if (thrown instanceof TemplateFault) {
    if (thrown.position !== undefined) return thrown;
    return new TemplateFault(thrown.message, { kind: thrown.kind, hint: thrown.hint, cause: thrown.cause, position });
  }
  return isOverflow(thrown) ? new TemplateFault(ENDLESS, { position }) : new TemplateFault(prefix + reason(thrown), { position });
}

/** What was thrown, as a fault. */
export function toFault(thrown: unknown): TemplateFault {
  if (thrown instanceof TemplateFault) return thrown;
  return new TemplateFault(isOverflow(thrown) ? ENDLESS : reason(thrown));
}

const ENDLESS = "a macro or file uses itself without end";

/** A stack overflow comes from a macro or file that uses itself; the message of the engine says nothing to a user. */
function isOverflow(thrown: unknown): boolean {
  return thrown instanceof RangeError && thrown.message.startsWith("Maximum call stack");
}

/** The line that a position is in, without its line break. */
export function lineOf({ file, line }: Position): string {
  return (file.text.split("\n")[line - 1] ?? "").replace(/\r$/, "");
}
