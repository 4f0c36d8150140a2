/** Whether a host, without brackets, is this machine and can be nothing else: 127.0.0.0/8, ::1, "localhost". */
export function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === "::1" || host.toLowerCase() === "localhost";
}

/** Whether a host, without brackets, is an address and no name. */
export function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || /^[0-9a-f.]*:[0-9a-f:.]*$/i.test(host);
}
