import type { Value } from "./entry.ts";

/** What Remora needs of the outside world; `platform/` has the real ones, tests replace the clock, randomness and the log. */
export interface Clock {
  /** Milliseconds since 1970, for people. */
  now(): number;
  /** Milliseconds of a clock that is never set back, for measuring. */
  monotonic(): number;
  /** Resolves after the delay; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after the delay; the answer cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export type Fields = Readonly<Record<string, unknown>>;
export type LogLevel = "debug" | "info" | "warn" | "error";

/** A fixed sentence and, as fields, what varies. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  with(fields: Fields): Logger;
}

/** Hides secrets in all that is printed. */
export interface Mask {
  /** From now on it is not printed, in whatever form. */
  add(secret: Value): void;
}

export interface Random {
  /** At least 0, below 1. */
  fraction(): number;
  /** Hexadecimal digits, two for each byte. */
  hex(bytes: number): string;
}

export type FileType = "file" | "directory" | "symlink" | "other";

export interface FileStat {
  readonly type: FileType;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file open for writing. */
export interface OpenFile extends AsyncDisposable {
  /** Writes all of the bytes, or throws. */
  write(bytes: Uint8Array): Promise<void>;
  truncate(size: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The file system. Errors are those of node:fs, with `code` ("ENOENT", "EBUSY", ...). */
export interface Files {
  /** The contents, or undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Follows symlinks; undefined when there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Does not follow the last symlink; undefined when there is nothing. */
  lstat(path: string): Promise<FileStat | undefined>;
  /** Names in a directory, sorted; empty when there is no such directory. */
  list(directory: string): Promise<string[]>;
  realpath(path: string): Promise<string>;
  /** What a symlink says. */
  readlink(path: string): Promise<string>;
  /** Makes a new file for writing; fails with EEXIST when there is one. */
  create(path: string, mode: number): Promise<OpenFile>;
  /** Opens an existing file for writing in place, its contents kept. */
  openExisting(path: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Sets the time of a file to now. */
  touch(path: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  /** A second name for a file; fails with EEXIST when there is one. */
  link(existing: string, path: string): Promise<void>;
  /** Removes a file or a directory with all in it; nothing there is fine. */
  remove(path: string): Promise<void>;
  /** Makes a directory and its missing parents. */
  makeDirectory(path: string, mode?: number): Promise<void>;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  chown(path: string, uid: number, gid: number): Promise<void>;
  /** Whether this process may write there. */
  writable(path: string): Promise<boolean>;
}

export type Exit = { readonly code: number } | { readonly signal: string };

export interface SpawnOptions {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with what the process prints, both streams together; the bytes are good until it returns. */
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** A child in a process group of its own. */
export interface SpawnedProcess {
  readonly pid: number;
  /** Resolves when the process itself ended, whatever its descendants still hold open. */
  readonly exited: Promise<Exit>;
  /** Signals the whole group; a group that is gone is fine. */
  kill(signal: string): void;
}

export interface AppOptions {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** A PATH that the program is looked for in, where its environment has none. */
  readonly path?: string | undefined;
}

/** A program that has our own standard streams, in a process group of its own that ends with us. */
export interface AppProcess {
  readonly pid: number;
  /** Resolves when the process itself ended. */
  readonly exited: Promise<Exit>;
  /** Signals the process alone. */
  signal(name: string): void;
  /** Signals the whole group; a group that is gone is fine. */
  signalGroup(name: string): void;
  /** Whether anything of the group still runs, its first process or a descendant. */
  groupLives(): boolean;
}

/** What becomes of processes whose parent has ended: reaped here, left to a process above, or, without either, zombies. */
export type Orphans = "reaped" | "left" | "zombies";

export interface Spawner {
  /** Rejects with the system's error when the program cannot be started (ENOENT, EACCES). */
  spawn(options: SpawnOptions): Promise<SpawnedProcess>;
  /** Rejects as `spawn` does. */
  startApp(options: AppOptions): Promise<AppProcess>;
  /** Takes in the orphans of what is started, from now on, where that is possible. */
  adoptOrphans(): Promise<Orphans>;
  /** Signals one process; throws with `code` "ESRCH" when there is none. */
  signal(pid: number, signal: string): void;
}

/** Tells that something at or below some paths may have changed; to compare contents is the caller's part. */
export interface FileFollower {
  /** Yields once as it begins, then for each quiet moment after changes; paths that do not exist yet are waited for. */
  follow(paths: readonly string[], signal: AbortSignal): AsyncIterable<void>;
}

export type AddressFamily = "IPv4" | "IPv6";

/** An address of one of the machine's interfaces. */
export interface InterfaceAddress {
  readonly interface: string;
  readonly family: AddressFamily;
  /** Without brackets and zone. */
  readonly address: string;
  /** The interface is the loopback one. */
  readonly loopback: boolean;
}

/** The machine's place in its networks. */
export interface Network {
  /** The addresses of all interfaces that are up; IPv6 ones that may not be used yet are left out. */
  interfaces(): readonly InterfaceAddress[];
  /** The address that the kernel would send from; undefined when there is no way. Nothing is sent there. Throws when the name cannot be looked up. */
  sourceAddressTowards(host: string, port: number, family?: AddressFamily): Promise<string | undefined>;
}

/** The service manager that started Remora, systemd or one that speaks its sd_notify(3). */
export interface ServiceManager {
  /** Tells lines as in "READY=1"; resolves when they are handed over. Throws SERVICE_MANAGER. */
  tell(message: string): Promise<void>;
  /** Microseconds of the kernel's CLOCK_MONOTONIC, which the manager compares with its own. */
  monotonicMicros(): bigint;
}

/** What this process uses of its machine. */
export interface ProcessUsage {
  readonly residentBytes: number;
  /** Of user and system together. */
  readonly cpuSeconds: number;
  /** Undefined where the system does not say. */
  readonly openFds: number | undefined;
}

/** What features are given. */
export interface Ports {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  readonly files: Files;
  readonly spawner: Spawner;
  readonly follower: FileFollower;
  readonly network: Network;
  readonly mask: Mask;
}
