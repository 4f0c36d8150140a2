import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { capture, ROOT, run } from "./run.mjs";
import { bringServers, TEST_PATH } from "./servers.mjs";

// Measures Remora side by side with confd; prints one table.

const CONFD = "github.com/abtreece/confd/cmd/confd@v0.41.1";
const GOBIN = join(ROOT, ".cache/bin");

await install();
for (const sentence of await bringServers()) console.log(sentence);
await build();
if ((await run(process.execPath, ["scripts/build-exe.mjs"])) !== 0) console.log("The executable is skipped: it could not be built, see above");
await buildConfd();
const env = { ...process.env, PATH: TEST_PATH, NODE_ENV: "production" };
process.exitCode = await run(process.execPath, ["--import", "tsx", "bench/main.ts", ...process.argv.slice(2)], { env });

async function buildConfd() {
  if (existsSync(join(GOBIN, "confd"))) return;
  if (capture("go", ["version"]) === undefined) return console.log("confd is skipped: Go is not installed");
  console.log(`Building ${CONFD}`);
  if ((await run("go", ["install", CONFD], { env: { ...process.env, GOBIN } })) !== 0) console.log("confd is skipped: it could not be built, see above");
}
