import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture, run } from "./run.mjs";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The mirror of Debian's main archive that this machine uses, as apt itself understands its configuration. */
export function debianMirror() {
  if (!existsSync("/etc/debian_version")) return undefined;
  const release = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
  const targets = capture("apt-get", ["indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Identifier: Packages"]);
  const lines = (targets ?? "").split("\n").map((line) => line.split(" "));
  return lines.find(([, name, component]) => (name === release || name === "stable") && component === "main")?.[0];
}

/** An apt-get of another release, or for another processor, whose lists are in a folder of its own: the system's stay as they are. */
export function privateApt(work, { mirror, release, architecture }) {
  const trust = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : "";
  for (const directory of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(work, directory), { recursive: true });
  writeFileSync(join(work, "sources.list"), `deb ${trust}${mirror} ${release} main\n`);
  const options = {
    "Dir::Etc::sourcelist": join(work, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::Lists": join(work, "lists"),
    "Dir::Cache": join(work, "cache"),
    "Acquire::Languages": "none",
    "Acquire::Retries": "2",
    // apt would else drop to a user that may not write here.
    "APT::Sandbox::User": "root",
    ...(architecture === undefined ? {} : { "APT::Architecture": architecture, "APT::Architectures": architecture }),
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return (...command) => run("apt-get", ["-qq", ...flags, ...command], { cwd: work });
}
