import { openLibc } from "./libc.ts";

/** Sends one datagram to a Unix socket and waits for nothing; answers 0, or the number of the system's error. */
export interface UnixDatagrams {
  send(address: Uint8Array, message: Uint8Array): number;
  /** CLOCK_MONOTONIC of the kernel in microseconds. */
  monotonicMicros(): bigint;
}

// From the kernel's headers, the same on x64 and arm64.
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0x80002;
const MSG_DONTWAIT_NOSIGNAL = 0x4040;
const CLOCK_MONOTONIC = 1;

/** The datagrams of the kernel, called through the C library; undefined where this runtime cannot. */
export async function unixDatagrams(): Promise<UnixDatagrams | undefined> {
  const opened = await openLibc(FUNCTIONS);
  if (opened === undefined) return undefined;
  const { libc, ptr, read } = opened;
  const call = (name: string, ...args: unknown[]) => Number(libc[name]?.(...args));
  const errno = () => read.i32(libc["__errno_location"]?.(), 0);
  return {
    send(address, message) {
      const socket = call("socket", AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (socket < 0) return errno();
      const sent = call("sendto", socket, ptr(message), BigInt(message.length), MSG_DONTWAIT_NOSIGNAL, ptr(address), address.length);
      const error = sent < 0 ? errno() : 0;
      call("close", socket);
      return error;
    },
    monotonicMicros() {
      const time = new BigInt64Array(2);
      call("clock_gettime", CLOCK_MONOTONIC, ptr(time));
      return (time[0] as bigint) * 1_000_000n + (time[1] as bigint) / 1_000n;
    },
  };
}

const FUNCTIONS = {
  socket: { args: ["int", "int", "int"], returns: "int" },
  sendto: { args: ["int", "ptr", "u64", "int", "ptr", "u32"], returns: "i64" },
  close: { args: ["int"], returns: "int" },
  clock_gettime: { args: ["int", "ptr"], returns: "int" },
  __errno_location: { args: [], returns: "ptr" },
};

/** The socket's address as the kernel takes it, a struct sockaddr_un; "@" begins an abstract name. */
export function unixAddress(socket: string): Uint8Array {
  const isAbstract = socket.startsWith("@");
  // A path ends with a zero byte; an abstract name begins with one, and its length is the address's.
  const name = Buffer.from(isAbstract ? `\0${socket.slice(1)}` : `${socket}\0`);
  const address = Buffer.alloc(2 + name.length);
  // The kernel's own order of bytes, which is this one on x64 and arm64.
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  return address;
}
