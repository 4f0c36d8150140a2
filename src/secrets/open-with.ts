import { AppError, toAppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import { type KeyringOptions, loadKeyring } from "./keyring.ts";
import { open, type OpenedContent } from "./seal.ts";

/** Reads a keyring once and answers what opens envelopes with it, which throws SECRET_*. */
export async function openWith(options: KeyringOptions): Promise<(envelope: string, path: Key) => OpenedContent> {
  const { keys, problems } = await loadKeyring(options);
  return (envelope, path) => {
    try {
      return open({ envelope, path, find: (id) => keys.get(id) });
    } catch (thrown) {
      throw explained(toAppError(thrown), options.paths, problems);
    }
  };
}

/** A key that is missing may be in a file that could not be used. */
function explained(error: AppError, paths: readonly string[], problems: readonly AppError[]): AppError {
  if (error.code !== "SECRET_KEY_MISSING") return error;
  if (paths.length === 0) return new AppError(error.code, error.message, { hint: "No keyring is configured: name the private key's file with --keyring, or in [secrets] keyring" });
  const [first] = problems;
  if (first === undefined) return error;
  return new AppError(error.code, `${error.message} (${problems.map(({ message }) => message).join("; ")})`, { hint: first.hint, cause: first });
}
