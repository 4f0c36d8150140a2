import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { basename, join } from "node:path";
import { eventually } from "./eventually.ts";
import { runProgram, stopProcess } from "./process.ts";
import { requireProgram } from "./requires.ts";
import { tempDir } from "./temp.ts";

/** A real service manager with services of the test's own: systemd's user instance, which is nobody's init. */
export interface Systemd extends AsyncDisposable {
  /** Runs systemctl; answers what it printed, throws what it complained of. */
  ctl(...args: readonly string[]): Promise<string>;
  /** What it knows of a service. */
  show(service: string, ...properties: readonly string[]): Promise<Readonly<Record<string, string>>>;
}

// It would not start where the machine seems to run another init.
const ENTER = 'for group in $GROUPS_OF_TEST; do echo $$ > $group/cgroup.procs; done && mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec "$@"';
const HIERARCHIES = ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

/** Starts it on units by their file names; needs the rights of root. */
export async function startSystemd(units: Readonly<Record<string, string>>): Promise<Systemd> {
  requireProgram("systemd-analyze");
  const home = await tempDir();
  for (const [name, text] of Object.entries(units)) await home.write(`config/systemd/user/${name}`, text);
  mkdirSync(home.join("runtime"), { mode: 0o700 });
  const env = { PATH: process.env["PATH"] ?? "", HOME: home.path, XDG_RUNTIME_DIR: home.join("runtime"), XDG_CONFIG_HOME: home.join("config") };
  const groups = HIERARCHIES.filter((path) => existsSync(join(path, "cgroup.procs"))).map((path) => join(path, basename(home.path)));
  for (const group of groups) mkdirSync(group);
  const manager = spawn("unshare", ["--mount", "sh", "-c", ENTER, "sh", "/lib/systemd/systemd", "--user", "--unit=basic.target"], { env: { ...env, GROUPS_OF_TEST: groups.join(" ") }, stdio: "ignore" });
  const dispose = () => end(manager, groups).finally(() => home[Symbol.asyncDispose]());
  const ctl = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runProgram(["nsenter", "--target", String(manager.pid), "--mount", "systemctl", "--user", ...args], { env });
    if (code !== 0) throw new Error(`systemctl ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  try {
    await eventually(() => ctl("list-units"), { within: 15_000, every: 50 });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    ctl,
    async show(service, ...properties) {
      const lines = (await ctl("show", service, `--property=${properties.join(",")}`)).trim().split("\n");
      return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Ends it and whatever it started, which is what is in its groups. */
async function end(manager: ChildProcess, groups: readonly string[]): Promise<void> {
  await stopProcess(manager, "SIGKILL");
  await eventually(() => {
    for (const group of groups) for (const pid of processesIn(group)) process.kill(pid, "SIGKILL");
    for (const group of groups) removeTree(group);
  });
}

function processesIn(group: string): number[] {
  return foldersOf(group).flatMap((folder) => readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number));
}

function removeTree(group: string): void {
  for (const folder of foldersOf(group)) rmdirSync(folder);
}

/** Those below come first. */
function foldersOf(group: string): string[] {
  if (!existsSync(group)) return [];
  const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...below.flatMap(({ name }) => foldersOf(join(group, name))), group];
}
