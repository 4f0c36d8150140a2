import { AppError, reason } from "../core/error.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EISDIR: "it is a directory",
  EEXIST: "a part of its path is not a directory",
  ENOTDIR: "a part of its path is not a directory",
  EMFILE: "too many open files",
  ELOOP: "too many symlinks",
  EIO: "input/output error",
};

/** The system's code of an error, such as "ENOSPC". */
export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown }).code;
  return typeof code === "string" ? code : undefined;
}

/** TARGET_FAILED with the system's reason in words. */
export function targetError(target: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError("TARGET_FAILED", `Cannot write "${target}": ${REASONS[systemCode(thrown) ?? ""] ?? reason(thrown)}`, { cause: thrown });
}
