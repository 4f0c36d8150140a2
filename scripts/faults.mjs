import { prepareTests } from "./prepare-tests.mjs";
import { run } from "./run.mjs";

// Does every fault of test/faults to the program and writes what came of each to docs/reliability.md.

const env = await prepareTests();
process.exitCode = await run(process.execPath, ["--import", "tsx", "scripts/run-faults.mjs"], { env });
