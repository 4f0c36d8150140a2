import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of nginx, or undefined when it is not installed. */
export function findNginx() {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return directories.filter((directory) => directory !== "").map((directory) => join(directory, "nginx")).find((path) => existsSync(path));
}

/** Starts an nginx of the demo's own. */
export async function startNginx(program, { nginx: configuration, run }) {
  const child = spawn(program, ["-p", run, "-c", configuration], { stdio: "ignore" });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  return {
    close() {
      if (child.exitCode === null) child.kill("SIGTERM");
      return exited;
    },
  };
}
