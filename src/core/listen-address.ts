import { AppError } from "./error.ts";
import { isLoopback } from "./loopback.ts";

/** Where connections are taken. */
export type ListenAddress = { readonly kind: "unix"; readonly path: string } | { readonly kind: "tcp"; readonly host: string; readonly port: number };

const HINT = 'Write "unix:/run/remora.sock", "127.0.0.1:9110", "[::1]:9110", or "off"';
const LOOPBACK = "127.0.0.1";
const HIGHEST_PORT = 65_535;

/** Reads "unix:/run/remora.sock", "127.0.0.1:9110", "[::1]:9110" or "9110", which is of loopback; "off" is undefined. Throws CONFIG_INVALID. */
export function toListenAddress(text: string): ListenAddress | undefined {
  if (text === "off") return undefined;
  const path = /^unix:(.*)$/s.exec(text)?.[1];
  if (path !== undefined) {
    if (!path.startsWith("/")) throw new AppError("CONFIG_INVALID", `"${text}" is not an address to listen at: the path of a socket begins with "/"`, { hint: HINT });
    return { kind: "unix", path };
  }
  const [, host = "", digits = ""] = /^(.+):(\d{1,5})$/.exec(/^\d+$/.test(text) ? `${LOOPBACK}:${text}` : text) ?? [];
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const port = Number(digits);
  if (bare === "" || digits === "" || port > HIGHEST_PORT || (bare.includes(":") && bare === host)) throw new AppError("CONFIG_INVALID", `"${text}" is not an address to listen at`, { hint: HINT });
  return { kind: "tcp", host: bare, port };
}

/** As it is written in the configuration. */
export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  return `${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`;
}

/** Whether only this machine can reach it. */
export function isLocal(address: ListenAddress): boolean {
  return address.kind === "unix" || isLoopback(address.host);
}
