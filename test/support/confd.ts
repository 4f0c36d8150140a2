import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type Project, project, programWords, remora, type RemoraOptions, type RunningRemora, startRemora } from "./remora.ts";
import type { RunResult } from "./process.ts";

/** A confdir of the test's own, as somebody who runs confd has it; in the texts of its files $DIR is its directory. */
export interface Confdir extends Project {
  /** Runs `remora confd` on it to its end. */
  confd(args: readonly string[], options?: RemoraOptions): Promise<RunResult>;
  /** Starts `remora confd` on it, which stays. */
  startConfd(args: readonly string[], options?: RemoraOptions): Promise<RunningRemora>;
}

const RESOURCE = '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\nreload_cmd = "echo reload >> $DIR/reloads"\n';

/** Without other files of that name, one resource that writes `out/app.conf` from /name. */
export async function confdProject(files: Readonly<Record<string, string>> = {}): Promise<Confdir> {
  const app = await project({ "conf.d/app.toml": RESOURCE, "templates/app.conf.tmpl": 'name = {{getv "/name"}}\n', "templates/app.njk": "", "data.yaml": "name: one\n", ...files });
  const options = (given: RemoraOptions = {}): RemoraOptions => ({ ...given, env: { REMORA_STATE_DIR: app.directory.join("state"), ...given.env } });
  const all = (args: readonly string[]) => ["confd", ...args, "-confdir", app.directory.path];
  return {
    ...app,
    confd: (args, given) => remora(all(args), options(given)),
    startConfd: (args, given) => startRemora([...all(args), "--log-format=json"], options(given)),
  };
}

/** A link called confd to the program; answers the folder that it is in. */
export async function linkConfd(directory: string): Promise<string> {
  const words = await programWords();
  const folder = join(directory, "bin");
  await mkdir(folder, { recursive: true });
  await symlink(words.at(-1) as string, join(folder, "confd"));
  return folder;
}
