import type { Fields, Logger, LogLevel, Ports } from "../../src/core/ports.ts";
import { chokidarFollower } from "../../src/follow/chokidar-follower.ts";
import { createMask } from "../../src/log/mask.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { systemNetwork } from "../../src/platform/network.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { systemSpawner } from "../../src/platform/spawner.ts";

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Fields;
}

/** Keeps what was logged, to look at. */
export function memoryLog(lines: LogLine[] = [], bound: Fields = {}): Logger & { readonly lines: LogLine[] } {
  const log = (level: LogLevel) => (message: string, fields: Fields = {}) => void lines.push({ level, message, fields: { ...bound, ...fields } });
  return { lines, debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error"), with: (fields) => memoryLog(lines, { ...bound, ...fields }) };
}

/** The real machine with a log in memory. */
export function realPorts(): Ports & { readonly log: ReturnType<typeof memoryLog>; readonly env: Record<string, string | undefined> } {
  return { clock: systemClock, log: memoryLog(), random: systemRandom, files: systemFiles, spawner: systemSpawner, follower: chokidarFollower({ clock: systemClock, files: systemFiles }), network: systemNetwork, mask: createMask(), env: process.env };
}
