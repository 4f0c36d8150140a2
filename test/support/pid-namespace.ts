import { readFileSync } from "node:fs";
import { eventually } from "./eventually.ts";
import { programWords, type Project, type RunningRemora, startRemora } from "./remora.ts";

/** Whether the suite runs on the executable, which can call the system. */
export const ON_EXECUTABLE = process.env["REMORA_TEST_PROGRAM"] !== undefined;

/** Starts `remora run -- sh -c SCRIPT` as process 1 of a namespace of its own; $DIR in the script is the project's directory. */
export async function startAsPidOne(app: Project, script: string): Promise<RunningRemora & { signalIt(name: NodeJS.Signals): void }> {
  const enter = ["--user", "--map-root-user", "--pid", "--mount-proc", "--kill-child", ...(await programWords())];
  const running = await startRemora([...enter, "run", ...app.flags, "--", "/bin/sh", "-c", script.replaceAll("$DIR", app.directory.path)], { program: "unshare" });
  const inside = await eventually(() => {
    const [pid] = readFileSync(`/proc/${running.pid}/task/${running.pid}/children`, "latin1").trim().split(" ");
    if (!pid) throw new Error("unshare has started nothing yet");
    return Number(pid);
  });
  return { ...running, signalIt: (name) => void process.kill(inside, name), [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
