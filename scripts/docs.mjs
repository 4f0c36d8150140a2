import { run } from "./run.mjs";
import { install } from "./install.mjs";

// Writes the generated pages of docs/; with --check only tells which are stale.

await install();
process.exitCode = await run(process.execPath, ["--import", "tsx", "scripts/docs-pages.ts", ...process.argv.slice(2)]);
