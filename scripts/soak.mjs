import { prepareTests } from "./prepare-tests.mjs";
import { run } from "./run.mjs";

// Runs the program for 15 minutes, or as many as the argument says, under changes, outages and SIGHUPs, and states what it held.

const env = await prepareTests();
process.exitCode = await run(process.execPath, ["--import", "tsx", "scripts/run-soak.mjs", ...process.argv.slice(2)], { env });
