import { existsSync } from "node:fs";
import { join } from "node:path";
import { install } from "./install.mjs";
import { ROOT, run } from "./run.mjs";
import { bringServers, TEST_PATH, untested } from "./servers.mjs";

/** Sets up what the tests need; answers the environment to run them in, or ends the process where they cannot be run. */
export async function prepareTests() {
  await install();
  const missing = await bringServers();
  const check = (...project) => run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "--noEmit", ...project]);
  // The page knows a browser's globals, and nothing else does.
  if ((await check()) !== 0 || (await check("-p", "src/page")) !== 0) stop("the type check found errors, see above");
  if (existsSync(join(ROOT, "src/main.ts")) && (await run(process.execPath, ["scripts/build.mjs"])) !== 0) stop("the build failed, see above");
  return { ...process.env, PATH: TEST_PATH, REMORA_TEST_MISSING: JSON.stringify(missing), REMORA_TEST_UNTESTED: JSON.stringify(untested()) };
}

function stop(reason) {
  console.log(`\nNo test was run: ${reason}\n0 passed, 1 failed`);
  process.exit(1);
}
