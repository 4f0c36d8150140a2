import type { Clock, FileFollower, Files } from "../core/ports.ts";

/** Follows files by chokidar. (In work.) */
export function chokidarFollower(_ports: { clock: Clock; files: Files }): FileFollower {
  throw new Error("in work");
}
