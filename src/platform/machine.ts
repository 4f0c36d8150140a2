import { setMaxListeners } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { bytesToText } from "../core/text.ts";
import { hostname } from "node:os";
import { systemClock } from "./clock.ts";
import { systemFiles } from "./files.ts";
import { sha256 } from "./hash.ts";
import { systemNetwork } from "./network.ts";
import { systemRandom } from "./random.ts";
import { openServiceManager } from "./service-manager.ts";
import { systemSpawner } from "./spawner.ts";

/** What commands need of the machine, as one import. */
export const machine = {
  /** Everything that waits listens to the one stop signal; Node takes more than ten listeners for a leak, and says so on stderr. */
  allowManyListeners: () => setMaxListeners(0),
  ports: { clock: systemClock, files: systemFiles, random: systemRandom, spawner: systemSpawner, network: systemNetwork },
  hash: sha256,
  hostname,
  existsNow: existsSync,
  readFileNow,
  openServiceManager,
};

function readFileNow(path: string): string | undefined {
  try {
    return bytesToText(readFileSync(path));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
