import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { ROOT, run } from "../run.mjs";
import { eventually } from "./eventually.mjs";
import { background, command } from "./print.mjs";

const MAIN = join(ROOT, "dist/main.js");
const READY = /Started/;

/** Runs a command of Remora in this terminal, and expects its exit status. */
export async function remora(args, files, { expect = 0 } = {}) {
  command(`remora ${args.join(" ")}`);
  const status = await run(process.execPath, [MAIN, ...args, ...places(files)]);
  if (status !== expect) throw new Error(`"remora ${args[0]}" ended with exit status ${status}, not ${expect}`);
}

/** Starts `remora run`, and waits until it has its configuration. */
export async function startRemora(files) {
  command("remora run &");
  const child = spawn(process.execPath, [MAIN, "run", ...places(files)], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  const logged = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      logged.push(line);
      background("remora", line);
    });
  }
  const hasLogged = (pattern) => logged.some((line) => pattern.test(line));
  await eventually('"remora run" is up', () => {
    if (child.exitCode !== null) throw new Error(`it ended with exit status ${child.exitCode}`);
    return hasLogged(READY) || undefined;
  });
  const stop = () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    return exited;
  };
  return { hasLogged, stop, close: stop };
}

function places({ confdir, stateDir }) {
  return ["--confdir", confdir, "--state-dir", stateDir];
}
