import { AppError, reason } from "../../core/error.ts";
import type { Files, Mask } from "../../core/ports.ts";

/** Whom to log in as, as the table [backends.zookeeper] has it. */
export interface ZookeeperLogin {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordFile?: string | undefined;
}

/** "USER:PASSWORD" of the scheme "digest"; the file is read at each call. Undefined without a user. Throws BACKEND_DENIED. */
export async function digestOf({ username, password = "", passwordFile }: ZookeeperLogin, { files, mask }: { readonly files: Files; readonly mask: Mask }): Promise<string | undefined> {
  if (username === undefined) return undefined;
  const text = passwordFile === undefined ? password : await readPassword(passwordFile, files);
  mask.add(text);
  return `${username}:${text}`;
}

async function readPassword(path: string, files: Files): Promise<string> {
  const denied = (why: string, cause?: unknown) => new AppError("BACKEND_DENIED", `Cannot read "${path}" of [backends.zookeeper]: ${why}`, { cause });
  const bytes = await files.read(path).catch((error: unknown) => {
    throw denied(reason(error), error);
  });
  if (bytes === undefined) throw denied("there is no such file");
  return new TextDecoder().decode(bytes).trimEnd();
}
