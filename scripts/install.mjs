import { existsSync, lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./run.mjs";

/** Installs what package-lock.json names, where that has not been done since it last changed. */
export async function install() {
  if (isInstalled()) return;
  // "npm ci" would empty the folder that the link points to.
  if (isLinked()) throw new Error('Cannot install packages: "node_modules" is a link to those of another checkout; remove it, and they are installed here');
  console.log("Installing packages (npm ci)");
  const status = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (status !== 0) throw new Error('Cannot install packages: "npm ci" failed, see above');
}

function isInstalled() {
  // npm writes this copy of the lock file last.
  const stamp = join(ROOT, "node_modules/.package-lock.json");
  return existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(ROOT, "package-lock.json")).mtimeMs;
}

function isLinked() {
  return lstatSync(join(ROOT, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
