import { readdirSync, readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { type Project, project, type RemoraOptions, type RunningRemora } from "./remora.ts";

/** A unit "app" that writes out/app.conf from /name, with a key more. */
export function unit(more: string): Readonly<Record<string, string>> {
  return { "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n${more}\n` };
}

/** Starts `remora run -- sh -c SCRIPT` on a project; $DIR in the script is its directory. */
export function startApp(app: Project, script: string, flags: readonly string[] = [], options?: RemoraOptions): Promise<RunningRemora> {
  // The log is JSON by variable: what stands after "--" is the app's.
  return app.start([...flags, "--", "/bin/sh", "-c", script.replaceAll("$DIR", app.directory.path)], options);
}

/** A project that is removed after the test. */
export async function supervised(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const app = await project(files);
  t.after(() => app[Symbol.asyncDispose]());
  return app;
}

/** The processes, zombies left out, whose command line has the text in it. */
export function processesWith(text: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isLive(pid) && commandLine(pid).includes(text));
}

function isLive(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
