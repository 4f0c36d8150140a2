import type { Command } from "./unit.ts";

/** How a command ended. */
export interface CommandEnd {
  readonly outcome: "ok" | "failed" | "timeout" | "not started" | "aborted";
  /** "exit status 3", "killed by SIGKILL", "timed out after 30s", 'program "foo" not found'. */
  readonly description: string;
  /** Of a command that ended by itself and not with 0. */
  readonly exitStatus?: number | undefined;
  /** The last lines that it printed. */
  readonly output: string;
}

export interface CommandLimits {
  /** Milliseconds; 0 is no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Added to the small environment that commands have. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a command to its end or its limit, which nothing that it started outlives; what features that run commands are handed. Never throws but CONFIG_INVALID for a placeholder. */
export type RunCommand = (command: Command, limits: CommandLimits) => Promise<CommandEnd>;
