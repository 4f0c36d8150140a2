import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { eventually } from "./eventually.ts";
import { type RunResult, runProgram, stopProcess } from "./process.ts";
import { type TempDir, tempDir } from "./temp.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const MAIN = join(ROOT, "dist/main.js");
/** The suites run on another build of the program where this names it: the executable, mostly. */
const GIVEN = process.env["REMORA_TEST_PROGRAM"];
const PROGRAM: readonly [string, ...string[]] = GIVEN === undefined ? [process.execPath, MAIN] : [resolve(GIVEN)];

/** What may be set beside the arguments. */
export interface RemoraOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Another build of it than the suite's. */
  readonly program?: string;
  /** What it sees in the place of files of the machine, by their paths. */
  readonly mounts?: Readonly<Record<string, string>>;
}

/** One line of a log in JSON. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A `remora run` that is running. */
export interface RunningRemora extends AsyncDisposable {
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** Waits for a line with the message, after `from` lines; answers it. */
  waitForLog(message: string, options?: { readonly from?: number; readonly within?: number }): Promise<LogLine>;
  signal(name: NodeJS.Signals): void;
  /** Sends a stop signal and answers the exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Waits for the end; answers the exit status. */
  readonly exit: Promise<number | null>;
}

/** A configuration of the test's own; in the texts of its files $DIR is its directory. */
export interface Project extends AsyncDisposable {
  readonly directory: TempDir;
  /** Name its configuration and its state directory. */
  readonly flags: readonly string[];
  write(name: string, text: string): Promise<string>;
  /** The text of a file below it; undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  /** Runs Remora on it to its end. */
  remora(args: readonly string[], options?: RemoraOptions): Promise<RunResult>;
  /** Starts `remora run` on it. */
  start(args?: readonly string[], options?: RemoraOptions): Promise<RunningRemora>;
}

/** The built program, with what stands before its arguments. */
export async function programWords(): Promise<readonly [string, ...string[]]> {
  await built();
  return PROGRAM;
}

/** Runs the built program to its end, on no configuration but what the arguments name. */
export async function remora(args: readonly string[], { env = {}, input, mounts = {} }: RemoraOptions = {}): Promise<RunResult> {
  await built();
  const [file = "", ...words] = [...inPlaceOf(mounts), ...PROGRAM];
  return runProgram([file, ...words, ...args], { env: environment(env), ...(input === undefined ? {} : { input }) });
}

/** Starts the built program, which stays, and reads its log, which must be JSON. */
export async function startRemora(args: readonly string[], { env = {}, program, mounts = {} }: RemoraOptions = {}): Promise<RunningRemora> {
  if (program === undefined) await built();
  const [file, ...words] = [...inPlaceOf(mounts), ...(program === undefined ? PROGRAM : [program])];
  const child = spawn(file as string, [...words, ...args], { env: environment({ REMORA_LOG_FORMAT: "json", ...env }), stdio: ["ignore", "inherit", "pipe"] });
  const lines = logLines(child);
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    pid: child.pid as number,
    lines,
    exit,
    waitForLog: (message, { from = 0, within = WAIT_LIMIT_MS } = {}) =>
      eventually(
        () => {
          const line = lines.slice(from).find(({ msg }) => msg === message);
          if (line === undefined) throw new Error(`no line "${message}" in the log:\n${lines.map((each) => JSON.stringify(each)).join("\n")}`);
          return line;
        },
        { within },
      ),
    signal: (name) => void child.kill(name),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return exit;
    },
    [Symbol.asyncDispose]: () => stopProcess(child, "SIGKILL"),
  };
}

/** Makes a configuration of some files; without others of that name, one unit "app" that writes `out/app.conf` from /name. */
export async function project(files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const directory = await tempDir();
  const write = (name: string, text: string) => directory.write(name, text.replaceAll("$DIR", directory.path));
  for (const [name, text] of Object.entries({ ...APP, ...files })) if (text !== "") await write(name, text);
  const flags = ["--confdir", directory.path, "--state-dir", directory.join("state")];
  return {
    directory,
    flags,
    write,
    read: (name) => readFile(directory.join(name), "utf8").catch(() => undefined),
    remora(args, options) {
      const words = TWO_WORDS.includes(args[0] ?? "") ? 2 : 1;
      return remora([...args.slice(0, words), ...flags, ...args.slice(words)], options);
    },
    start: (args = [], options) => startRemora(["run", ...flags, "--wait-min", "10ms", ...args], options),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

/** What commands of two words begin with. */
const TWO_WORDS = ["secret", "cert"];

const APP = {
  "data.yaml": "name: one\n",
  "templates/app.njk": 'name = {{ getv("/name") }}\n',
  "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "echo reload >> $DIR/reloads"\n',
};

function logLines(child: ChildProcess): LogLine[] {
  const lines: LogLine[] = [];
  let rest = "";
  child.stderr?.on("data", (chunk) => {
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) lines.push(part.startsWith("{") ? (JSON.parse(part) as LogLine) : { time: "", level: "text", msg: part });
  });
  return lines;
}

/** What stands before a program that is to see files in the place of others. */
function inPlaceOf(mounts: Readonly<Record<string, string>>): readonly string[] {
  const binds = Object.entries(mounts).map(([place, file]) => `mount --bind '${file}' '${place}' && `);
  return binds.length === 0 ? [] : ["unshare", "--mount", "sh", "-c", `${binds.join("")}exec "$@"`, "sh"];
}

/** The environment of the tests without what would change the program's ways. */
function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("REMORA_") && !name.startsWith("NODE_") && !name.endsWith("_COLOR"));
  return { ...Object.fromEntries(kept), ...env };
}

let building: Promise<void> | undefined;

/** Builds the program when a source is newer than it. */
function built(): Promise<void> {
  building ??= (async () => {
    if (GIVEN !== undefined || (existsSync(MAIN) && statSync(MAIN).mtimeMs >= newestSource())) return;
    const { build } = (await import(new URL("../../scripts/build.mjs", import.meta.url).href)) as { build: () => Promise<string> };
    await build();
    // What came out the same was not written.
    utimesSync(MAIN, new Date(), new Date());
  })();
  return building;
}

function newestSource(): number {
  const below = (folder: string) => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(ROOT, folder, name));
  const paths = [...below("src").filter((path) => /\.(ts|html|css)$/.test(path)), ...below("templates")];
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
}

const WAIT_LIMIT_MS = 10_000;
