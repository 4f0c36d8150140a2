import type { AppError } from "../../core/error.ts";
import { httpFailure } from "../http/failure.ts";

/** What broke on the way to an agent as BACKEND_UNREACHABLE, with what to do about it; `doing` begins the message. */
export function failure(doing: string, thrown: unknown): AppError {
  return httpFailure(doing, thrown, { name: "the agent", table: "backends.consul" });
}
