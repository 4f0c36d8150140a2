import type { Credentials } from "./client.ts";
import { AppError, reason } from "../../core/error.ts";
import type { Files, Mask } from "../../core/ports.ts";

export interface EtcdOptions {
  /** "http://HOST:PORT" or "https://HOST:PORT" of the members. */
  readonly endpoints: readonly string[];
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly serverName?: string | undefined;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly password?: string | undefined;
}

/** Reads certificates and password anew. Throws BACKEND_DENIED when a file cannot be read. */
export async function readCredentials(options: EtcdOptions, { files, mask }: { readonly files: Files; readonly mask: Mask }): Promise<Credentials> {
  const [ca, cert, key, password] = await Promise.all([options.caFile, options.certFile, options.keyFile, options.passwordFile].map((file) => readText(file, files)));
  const login = options.username === undefined ? undefined : { username: options.username, password: password?.replace(/\r?\n$/, "") ?? options.password ?? "" };
  for (const secret of [login?.password, key]) if (secret !== undefined) mask.add(secret);
  return {
    tls: { ca, cert, key, serverName: options.serverName },
    login,
  };
}

async function readText(file: string | undefined, files: Files): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const bytes = await files.read(file).catch((error: unknown) => {
    throw new AppError("BACKEND_DENIED", `Cannot read "${file}", which the etcd backend needs: ${reason(error)}`, { cause: error });
  });
  if (bytes === undefined) throw new AppError("BACKEND_DENIED", `Cannot read "${file}", which the etcd backend needs: there is no such file`);
  return new TextDecoder().decode(bytes);
}
