// For each directory that is written to its input, opens the state there and says whether it has it: state-holder.ts; "-" lets go.
import { createInterface } from "node:readline";
import { createLogger } from "../../src/log/logger.ts";
import { openState, type State } from "../../src/output/state-file.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { systemRandom } from "../../src/platform/random.ts";

const log = createLogger({ level: "error", format: ({ message }) => message, write: () => {}, clock: systemClock });
let state: State | undefined;

process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  try {
    if (line === "-") await state?.[Symbol.asyncDispose]();
    state = line === "-" ? undefined : await openState({ files: systemFiles, random: systemRandom, log }, line);
    process.stdout.write(line === "-" ? "free\n" : "held\n");
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\n`);
  }
}
