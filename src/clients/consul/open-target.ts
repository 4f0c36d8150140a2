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
  /** The table of remora.toml that says so, where it is not Consul's. */
  readonly table?: string;
}

/** The agent at an address, with the certificates read, and again after a failure. Throws CONFIG_INVALID. */
export async function openTarget({ address, caFile, certFile, keyFile, serverName, table = "backends.consul" }: TargetOptions, { files, mask }: { readonly files: Files; readonly mask: Mask }): Promise<Target> {
  const readTls = async (): Promise<TlsMaterial> => {
    const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map((path) => readPem(files, path, table)));
    if (key !== undefined) mask.add(new TextDecoder().decode(key));
    return { ca, cert, key };
  };
  return toTarget(address, await readTls(), readTls, serverName);
}

async function readPem(files: Files, path: string | undefined, table: string): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined;
  const refused = (reason: string, cause?: unknown) => new AppError("CONFIG_INVALID", `Cannot read "${path}" of [${table}]: ${reason}`, { cause });
  const bytes = await files.read(path).catch((error: Error) => {
    throw refused(error.message, error);
  });
  if (bytes === undefined) throw refused("there is no such file");
  return bytes;
}
