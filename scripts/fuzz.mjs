import { install } from "./install.mjs";
import { run } from "./run.mjs";

// Runs the fuzz tests of "npm test" with many more cases: 100 times as many, or as many times as the argument says.

const TIMES = 100;

await install();
const env = { ...process.env, REMORA_FUZZ: process.argv[2] ?? String(TIMES) };
process.exitCode = await run(process.execPath, ["--import", "tsx", "--test", "test/secrets/fuzz.test.ts", "test/secrets/crypt-fuzz.test.ts"], { env });
