import { type ChildProcess, spawn } from "node:child_process";
import assert from "node:assert/strict";
import { chmod, mkdir } from "node:fs/promises";
import { eventually } from "./eventually.ts";
import { type RunResult, runProgram } from "./process.ts";
import { programWords } from "./remora.ts";
import { type TempDir, tempDir } from "./temp.ts";

// A page of recipes is run as it is read: a block whose first line is a comment that is a file's name is that file below /etc/remora, and a block
// "console" is typed into a shell, which has to answer what stands there. "..." stands for anything.

/** A question with what stands below it, in that order. */
export interface Recipe {
  readonly title: string;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly kind: "file"; readonly name: string; readonly text: string }
  | { readonly kind: "command"; readonly command: string; readonly output: string }
  | { readonly kind: "unnamed"; readonly text: string };

/** The recipes of a page, one for each heading "##". */
export function recipesOf(page: string): readonly Recipe[] {
  const [, ...sections] = page.split(/^## /m);
  return sections.map((section) => ({ title: section.slice(0, section.indexOf("\n")), steps: [...section.matchAll(BLOCK)].flatMap(([, language = "", text = ""]) => stepsOf(language, text)) }));
}

/** Runs one in a folder of its own, which is its /etc, /run and /var; throws where something else comes out. */
export async function runRecipe({ steps }: Recipe, env: Readonly<Record<string, string>>): Promise<void> {
  await using directory = await tempDir();
  await using shell = await openShell(directory, env);
  for (const step of steps) {
    switch (step.kind) {
      case "file":
        await directory.write(`etc/remora/${step.name}`, inside(directory, step.text));
        break;
      case "command":
        await shell.type(step.command, step.output);
        break;
      case "unnamed":
        assert.fail(`A block is neither "console" nor does it begin with a comment that is a file's name:\n${step.text}`);
    }
  }
}

const BLOCK = /^```(\w*)\n([^]*?)^```$/gm;
const FILE_NAME = /^(?:#|\{#|\/\/|\{\{- \/\*) ([\w./-]+)(?: #\}| \*\/ -\}\})?$/;

function stepsOf(language: string, text: string): readonly Step[] {
  if (language === "console") return text.split(/^\$ /m).slice(1).map(commandOf);
  const [, name] = FILE_NAME.exec(text.slice(0, text.indexOf("\n"))) ?? [];
  return [name === undefined ? { kind: "unnamed", text } : { kind: "file", name, text }];
}

/** A command goes on in lines that begin as a shell's do, with ">". */
function commandOf(text: string): Step {
  const [first = "", ...rest] = text.split("\n");
  const more = rest.findIndex((line) => !line.startsWith("> "));
  return { kind: "command", command: [first, ...rest.slice(0, more).map((line) => line.slice(2))].join("\n"), output: rest.slice(more).join("\n") };
}

/** The text with the places of a machine below the folder. */
function inside({ path }: TempDir, text: string): string {
  return text.replace(/(?<![\w.}/-])\/(?=(etc|run|var)\/)/g, `${path}/`);
}

async function openShell(directory: TempDir, env: Readonly<Record<string, string>>) {
  const words = (await programWords()).map((word) => `'${word}'`).join(" ");
  await chmod(await directory.write("bin/remora", `#!/bin/sh\nexec ${words} "$@"\n`), 0o755);
  // The services of the machine are none of the tests'.
  await chmod(await directory.write("bin/systemctl", "#!/bin/sh\n"), 0o755);
  for (const folder of ["etc/remora", "run", "var/lib/remora"]) await mkdir(directory.join(folder), { recursive: true });

  const { PATH = "" } = process.env;
  const options = { cwd: directory.join("etc/remora"), env: { ...env, PATH: `${directory.join("bin")}:/usr/sbin:${PATH}`, REMORA_CONFDIR: directory.join("etc/remora"), REMORA_STATE_DIR: directory.join("var/lib/remora"), REMORA_WAIT_MIN: "10ms" } };
  const background: ChildProcess[] = [];
  const answer = (command: string) => runProgram(["bash", "-c", `exec 2>&1\n${inside(directory, command)}`], options);
  return {
    /** Until it answers so, where something runs in the background that may yet bring it about. */
    async type(command: string, expected: string) {
      if (command.endsWith(" &")) background.push(spawn("bash", ["-c", `exec ${inside(directory, command.slice(0, -2))}`], { ...options, detached: true, stdio: "ignore" }));
      else await eventually(async () => compare(command, await answer(command), expected, directory), { within: background.length === 0 ? 0 : WAIT_LIMIT_MS, every: 50 });
    },
    async [Symbol.asyncDispose]() {
      for (const child of background) await ended(child);
    },
  };
}

function compare(command: string, { code, stdout }: RunResult, expected: string, { path }: TempDir): void {
  const said = stdout.replaceAll(path, "").split("\n").map((line) => line.trimEnd());
  // That all is well is left out, unless it is what the recipe is about.
  const text = said.filter((line) => expected.includes("level=info") || !/^time=\S+ level=info /.test(line)).join("\n");
  const pattern = expected.trim().split("...").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[^]*?");
  if (!new RegExp(`^${pattern}$`).test(text.trim())) assert.equal(text.trim(), expected.trim(), `What "${command}" says is not what the page says`);
  assert.equal(code, 0, `"${command}" ended with ${code}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-(child.pid as number), "SIGTERM");
  const late = setTimeout(() => process.kill(-(child.pid as number), "SIGKILL"), END_LIMIT_MS);
  await gone;
  clearTimeout(late);
}

const WAIT_LIMIT_MS = 15_000;
const END_LIMIT_MS = 10_000;
