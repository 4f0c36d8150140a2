import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { capture, ROOT } from "./run.mjs";

/** What tests import of Python that Debian does not have: Logstash's grammar, for want of a Logstash. */
const PACKAGES = {
  "logstash-pipeline-parser==0.0.3": "ca33d08db03fbd6ea597c10bb3a44362bd45886d474bfab78945154ce5a86744",
  "pyparsing==3.3.3": "ece8c00a69cf01b45d0b1dedabb469c90d8caf996d4fda40f147627a122849a4",
};

/** The folder of the wheels, from which Python imports as they are. */
const WHEELS = join(ROOT, ".cache/wheels");

/** Downloads them, where they are not there yet. */
export function bringPythonPackages() {
  if (existsSync(WHEELS)) return;
  mkdirSync(dirname(WHEELS), { recursive: true });
  const work = mkdtempSync(`${WHEELS}.`);
  try {
    writeFileSync(join(work, "requirements.txt"), Object.entries(PACKAGES).map(([name, hash]) => `${name} --hash=sha256:${hash}\n`).join(""));
    const flags = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    if (capture("python3", ["-m", "pip", "download", ...flags, "-r", "requirements.txt"], { cwd: work }) === undefined) return;
    rmSync(join(work, "requirements.txt"));
    renameSync(work, WHEELS);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A sentence where their tests do not run. */
export function missingPythonPackages() {
  return existsSync(WHEELS) && readdirSync(WHEELS).length === Object.keys(PACKAGES).length ? [] : ["The ready-made Logstash was not read by Logstash's grammar: pip could not download logstash-pipeline-parser"];
}
