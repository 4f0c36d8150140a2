import { AppError } from "../../core/error.ts";
import type { Files, Mask } from "../../core/ports.ts";

/** Reads the ACL token anew each time, so that a file that was replaced is used at the next connection. */
export type TokenReader = () => Promise<string | undefined>;

export function tokenReader({ token, tokenFile }: { readonly token?: string | undefined; readonly tokenFile?: string | undefined }, { files, mask }: { readonly files: Files; readonly mask: Mask }): TokenReader {
  if (token !== undefined) mask.add(token);
  if (tokenFile === undefined) return async () => token;
  return async () => {
    const denied = (reason: string, cause?: unknown) => new AppError("BACKEND_DENIED", `Cannot read the token of Consul from "${tokenFile}": ${reason}`, { hint: 'It is "token_file" of [backends.consul]', cause });
    const bytes = await files.read(tokenFile).catch((error: Error) => {
      throw denied(error.message, error);
    });
    if (bytes === undefined) throw denied("there is no such file");
    const text = new TextDecoder().decode(bytes).trim();
    if (text === "") throw denied("it is empty");
    // Anything else cannot stand in a header, and the error about it would show the token.
    if (!/^[\x21-\x7e]+$/.test(text)) throw denied("it holds more than a token");
    mask.add(text);
    return text;
  };
}
