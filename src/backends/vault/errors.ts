import { failure } from "../../clients/vault/failure.ts";
import { VaultRefusal } from "../../clients/vault/client.ts";
import { AppError } from "../../core/error.ts";

/** The AppError for what asking Vault threw; `act` is "Cannot read ..." without a reason. */
export function vaultError(act: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof VaultRefusal)) return failure(act, thrown);
  const { status, message } = thrown;
  const details = { cause: thrown };
  if (status === 403) return new AppError("BACKEND_DENIED", `${act}: ${message}`, { ...details, hint: "Give the token a policy with read and list of the path: of KV version 2 those are MOUNT/data/PATH and MOUNT/metadata/PATH" });
  if (status === 503) return new AppError("BACKEND_UNREACHABLE", `${act}: ${/seal/i.test(message) ? "it is sealed" : message}`, { ...details, hint: "It answers once it is unsealed: vault operator unseal" });
  if (status === 429 || status >= 500 || status === 472 || status === 473) return new AppError("BACKEND_UNREACHABLE", `${act}: ${message}`, details);
  const hint = status >= 300 && status < 400 ? 'It is a standby that sends clients on: set "address" of [backends.vault] to the active one, or one that forwards' : undefined;
  return new AppError("BACKEND_REFUSED", `${act}: ${message}`, { ...details, hint });
}
