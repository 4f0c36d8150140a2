import { prepareTests } from "./prepare-tests.mjs";
import { run } from "./run.mjs";

// Sets up what the tests need and runs them: all, or those whose path contains one of the arguments.

const env = await prepareTests();
process.exitCode = await run(process.execPath, ["--enable-source-maps", "scripts/run-tests.mjs", ...process.argv.slice(2)], { env });
