import { AppError } from "../../core/error.ts";
import type { Files, Mask } from "../../core/ports.ts";
import type { Target } from "../http/target.ts";
import { toTarget } from "./target.ts";
import type { TlsMaterial } from "../http/renewed-agent.ts";

export interface TargetOptions {
  /** "http://127.0.0.1:8500", "https://consul:8501" or "unix:///run/consul.sock". */
  readonly address: string;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The name in the server's certificate, where it is not the address's. */
  readonly serverName?: string | undefined;
  /** Basic authentication of a proxy that stands before the agent. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordFile?: string | undefined;
  /** The table of remora.toml that says so, where it is not Consul's. */
  readonly table?: string;
}

/** The agent at an address, with the certificates read, and again after a failure. Throws CONFIG_INVALID. */
export async function openTarget(options: TargetOptions, { files, mask }: { readonly files: Files; readonly mask: Mask }): Promise<Target> {
  const { address, caFile, certFile, keyFile, serverName, table = "backends.consul" } = options;
  const readTls = async (): Promise<TlsMaterial> => {
    const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map((path) => readNamed(files, path, table)));
    if (key !== undefined) mask.add(new TextDecoder().decode(key));
    return { ca, cert, key };
  };
  const target = toTarget(address, await readTls(), readTls, serverName);
  return { ...target, headers: await loginHeaders(options, { files, mask }) };
}

async function loginHeaders({ username, password = "", passwordFile, table = "backends.consul" }: TargetOptions, { files, mask }: { readonly files: Files; readonly mask: Mask }): Promise<Target["headers"]> {
  if (username === undefined) return undefined;
  const text = passwordFile === undefined ? password : new TextDecoder().decode(await readNamed(files, passwordFile, table)).replace(/\r?\n$/, "");
  const credentials = Buffer.from(`${username}:${text}`).toString("base64");
  for (const secret of [text, credentials]) mask.add(secret);
  return { authorization: `Basic ${credentials}` };
}

async function readNamed(files: Files, path: string | undefined, table: string): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined;
  const refused = (reason: string, cause?: unknown) => new AppError("CONFIG_INVALID", `Cannot read "${path}" of [${table}]: ${reason}`, { cause });
  const bytes = await files.read(path).catch((error: Error) => {
    throw refused(error.message, error);
  });
  if (bytes === undefined) throw refused("there is no such file");
  return bytes;
}
