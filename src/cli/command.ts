import type { GivenUnit, UnitDialect } from "../config/unit-dialect.ts";
import type { Configuration } from "../core/configuration.ts";
import type { ListenAddress } from "../core/listen-address.ts";
import type { Logger, LogLevel, Ports, ServiceManager } from "../core/ports.ts";
import type { LogRecord } from "../log/logger.ts";
import type { PrintMask } from "../log/mask.ts";

/** Where a command prints. */
export interface Terminal {
  write(text: string): void;
  /** Bytes as they are, secrets in them too: for a value that was asked for. */
  writeBytes(bytes: Uint8Array): void;
  /** From now on, until it is disposed of, nothing waits for whoever reads a pipe; calls back with how many writes were lost, once it is read again. */
  goOn?(onLost: (writes: number) => void): AsyncDisposable;
  readonly isTerminal: boolean;
  /** Colours are wanted: a terminal, and no NO_COLOR. */
  readonly colour: boolean;
}

/** The process around the program; `main.ts` has the real one. */
export interface Outside {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  /** The user that the process acts as. */
  readonly uid: number;
  /** The name of this machine, in a container its own. */
  readonly hostname: string;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly readStdin: () => Promise<Uint8Array>;
  readonly readFileNow: (path: string) => string | undefined;
  /** Whether there is anything at the path. */
  readonly existsNow: (path: string) => boolean;
  readonly hash: (content: Uint8Array) => string;
  readonly ports: Omit<Ports, "log" | "mask">;
  readonly pid: number;
  /** The one behind a socket that NOTIFY_SOCKET names. */
  readonly openServiceManager: (socket: string) => Promise<ServiceManager>;
  /** Calls back for each signal of that name; the answer ends it. */
  readonly onSignal: (name: string, callback: () => void) => () => void;
}

export type FlagValue = string | boolean | readonly string[] | undefined;

/** A command while it runs. */
export interface Invocation {
  readonly outside: Outside;
  /** By name without dashes, the flags of settings included. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  readonly positionals: readonly string[];
  /** What stands after "--", which is among the positionals too; undefined without one. */
  readonly rest: readonly string[] | undefined;
  readonly log: (settings: Configuration["settings"]["log"]) => Logger;
  readonly verbose: boolean;
  /** Calls back for each line of the log, printed or not. */
  readonly onLog: (listener: (record: LogRecord) => void) => void;
  /** Lies over all that is printed. */
  readonly mask: PrintMask;
  /** Present where another program is stood in for. */
  readonly compatible?: Compatible | undefined;
}

/** What another program's command line asks for, beyond flags of settings. */
export interface Compatible {
  /** What it calls the flags of settings. */
  readonly labels: Readonly<Record<string, string>>;
  readonly dialect: UnitDialect;
  /** Its units, where they are not those of conf.d. */
  readonly unitFiles?: (() => Promise<readonly GivenUnit[]>) | undefined;
  /** Where its templates are, where not in the configuration directory. */
  readonly templatesDir?: string | undefined;
  /** The environment of commands. */
  readonly commandEnv: Readonly<Record<string, string>>;
  /** The environment of the app, where it is not Remora's own. */
  readonly appEnv?: Readonly<Record<string, string>> | undefined;
  /** Where its metrics are told. */
  readonly metrics: ListenAddress | undefined;
}

export interface CommandFlag {
  readonly flag: string;
  readonly type: "string" | "boolean";
  /** May be given several times. */
  readonly multiple?: boolean;
  /** What stands for its value in --help, for those of type string. */
  readonly value?: string;
  readonly doc: string;
}

/** One command: light to import, its work is imported when it is called. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** What stands after the name. */
  readonly usage: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly flags: readonly CommandFlag[];
  /** Whether it takes the flags of settings. */
  readonly settings: boolean;
  /** Its arguments are all positionals, to be read by itself. */
  readonly raw?: true;
  /** Takes more than flags, and judges that itself. */
  readonly positionals?: true;
  /** Runs it; answers the exit status. Throws AppErrors. */
  readonly run: (invocation: Invocation) => Promise<number>;
}

export type { LogLevel };
