import { AppError, reason } from "../core/error.ts";
import type { Files, Mask } from "../core/ports.ts";

/** Reads the token of [status] anew each time, so that a file that was replaced is used at once. Throws CONFIG_INVALID. */
export function tokenReader(path: string, { files, mask }: { readonly files: Pick<Files, "read">; readonly mask: Mask }): () => Promise<string> {
  return async () => {
    const refused = (why: string, cause?: unknown) => new AppError("CONFIG_INVALID", `Cannot read the token of [status] from "${path}": ${why}`, { hint: 'It is "token_file" of [status]: one line that nobody guesses, as "openssl rand -hex 32" makes it', cause });
    const bytes = await files.read(path).catch((error: unknown) => {
      throw refused(reason(error), error);
    });
    if (bytes === undefined) throw refused("there is no such file");
    const token = new TextDecoder().decode(bytes).trim();
    if (token === "") throw refused("it is empty");
    // Anything else cannot stand in a header.
    if (!/^[\x21-\x7e]+$/.test(token)) throw refused("it holds more than a token");
    mask.add(token);
    return token;
  };
}
