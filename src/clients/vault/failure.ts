import type { AppError } from "../../core/error.ts";
import { httpFailure } from "../http/failure.ts";

/** What broke on the way to Vault as BACKEND_UNREACHABLE, with what to do about it; `act` begins the message. */
export function failure(act: string, thrown: unknown): AppError {
  return httpFailure(act, thrown, { name: "Vault", table: "backends.vault" });
}
