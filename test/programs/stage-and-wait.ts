// Stages a file for a target, prints its path and waits: stage-and-wait.ts TARGET
import { createLogger } from "../../src/log/logger.ts";
import { stage } from "../../src/output/staged-file.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { systemRandom } from "../../src/platform/random.ts";

const [target = ""] = process.argv.slice(2);
const log = createLogger({ level: "error", format: ({ message }) => message, write: () => {}, clock: systemClock });
const staged = await stage(
  { target, content: new TextEncoder().encode("staged"), mode: undefined, uid: undefined, gid: undefined },
  { files: systemFiles, random: systemRandom, log, hash: sha256, fallbackDir: `${target}.fallback` },
);
process.stdout.write(`${staged.path}\n`);
setInterval(() => {}, 60_000);
