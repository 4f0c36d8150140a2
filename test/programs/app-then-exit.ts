import { systemSpawner } from "../../src/platform/spawner.ts";

/** Starts `sh -c SCRIPT` as an app and fails with an exception that nobody catches, or exits. */
const [how = "", script = ""] = process.argv.slice(2);
await systemSpawner.startApp({ argv: ["/bin/sh", "-c", script], env: { PATH: process.env["PATH"] ?? "" } });
if (how === "exit") process.exit(3);
setImmediate(() => {
  throw new Error("nobody catches this");
});
