import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bunVersion, TARGETS } from "./exe-targets.mjs";
import { capture, ROOT } from "./run.mjs";

/** Variables by which whoever starts the executable could turn it into Bun itself, preload a file into it, or have it listen for a debugger. */
const UNHEARD = ["BUN_BE_BUN", "BUN_OPTIONS", "BUN_INSPECT"];

/** Brings Bun for a target from the npm registry, made deaf to those variables; answers its path below .cache. */
export function bringRuntime(target) {
  const { package: name, integrity } = TARGETS[target];
  const version = bunVersion();
  // What is unheard is part of the name: a change of the list makes the runtime anew.
  const path = join(ROOT, ".cache/bun", [version, target, digest("sha256", UNHEARD.join()).slice(0, 8)].join("-"));
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const work = mkdtempSync(`${path}.`);
  try {
    const program = unpack(`${name}@${version}`, integrity, work);
    writeFileSync(join(work, "deaf"), deafen(readFileSync(program)), { mode: 0o755 });
    renameSync(join(work, "deaf"), path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return path;
}

function unpack(spec, integrity, work) {
  const archive = capture("npm", ["pack", "--silent", "--pack-destination", work, spec])?.trim().split("\n").at(-1);
  if (archive === undefined) throw new Error(`Cannot fetch "${spec}": "npm pack" failed`);
  const found = `sha512-${digest("sha512", readFileSync(join(work, archive)))}`;
  if (found !== integrity) throw new Error(`Cannot use "${spec}": its checksum is ${found}, not that of scripts/exe-targets.mjs; put it there once it has been tried`);
  if (capture("tar", ["-xzf", join(work, archive), "-C", work]) === undefined) throw new Error(`Cannot unpack "${spec}": "tar" failed`);
  return join(work, "package/bin/bun");
}

function digest(algorithm, content) {
  return createHash(algorithm).update(content).digest(algorithm === "sha512" ? "base64" : "hex");
}

// Bun has no setting for it. A name whose first byte is NUL is one that no variable can have.
function deafen(program) {
  for (const name of UNHEARD) {
    let at = program.indexOf(name);
    if (at < 0) throw new Error(`Bun no longer has the text "${name}": see how it takes that variable now, and adapt scripts/bun-runtime.mjs`);
    for (; at >= 0; at = program.indexOf(name, at + 1)) program[at] = 0;
  }
  return program;
}
