import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { eventually } from "./eventually.ts";
import { type Project, project, type RemoraOptions, type RunningRemora } from "./remora.ts";

/** A `remora run` to which something is done: one unit that writes `out/app.conf` from /name, and whose reload notes what it read. */
export interface FaultCase extends AsyncDisposable {
  readonly app: Project;
  readonly running: RunningRemora;
  /** Waits until the target says the name and the last reload read it. */
  says(name: string, options?: { readonly within?: number }): Promise<void>;
  /** The target, which must never be empty or torn. */
  target(): Promise<string | undefined>;
  /** What each reload read, in order. */
  reloads(): Promise<readonly string[]>;
  /** What "remora status" says of the unit: "applied", "failed at check", "waiting", ... */
  state(): Promise<string>;
  /** Waits until the unit is applied, and memory, descriptors and children are what they were when the case began; notes the figures in the table. */
  cameBack(): Promise<void>;
}

export interface FaultSettings {
  readonly flags: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** What the unit says beside its template and its reload. */
  readonly unit?: string;
  readonly options?: RemoraOptions;
  /** The name that is there at the start; without it nothing is waited for. */
  readonly first?: string;
  /** Gives other ways to begin, as in a namespace. */
  readonly start?: (app: Project) => Promise<RunningRemora>;
}

/** Starts the program and waits until the first name is applied. */
export async function faultCase(t: TestContext, { flags, files = {}, unit = "", options, first, start }: FaultSettings): Promise<FaultCase> {
  const app = await project({ ...unitWith(unit), ...files });
  const running = await (start?.(app) ?? app.start([...FAST, ...flags], options));
  const target = () => app.read("out/app.conf");
  const reloads = async () => ((await app.read("reloads")) ?? "").split("\n").filter((line) => line !== "");
  const says = (name: string, { within = 15_000 } = {}) =>
    eventually(
      async () => {
        assert.equal(await target(), `name = ${name}\n`);
        assert.equal((await reloads()).at(-1), `name = ${name}`, "what was written is what was loaded");
      },
      { within },
    );
  try {
    if (first !== undefined) await says(first, { within: 60_000 });
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw new Error(`The case could not begin:\n${running.lines.map((line) => JSON.stringify(line).slice(0, LONGEST_LINE)).join("\n")}`, { cause: error });
  }
  const before = held(running.pid);
  const state = async () => {
    const { stdout, stderr } = await app.remora(["status", "--json"]);
    const { units } = JSON.parse(stdout || `{"units":[{"name":"app","state":${JSON.stringify(stderr)}}]}`) as { units: readonly { name: string; state: string; failure?: { step: string } | null }[] };
    const unit = units.find(({ name }) => name === "app");
    return unit?.state === "failed" ? `failed at ${unit.failure?.step}` : String(unit?.state);
  };
  return {
    app,
    running,
    says,
    target,
    reloads,
    state,
    async cameBack() {
      await eventually(async () => assert.equal(await state(), "applied"), { within: 10_000, every: 100 });
      const now = await eventually(
        () => {
          const after = held(running.pid);
          assert.deepEqual(after.children, [], "no child is left");
          assert.ok(after.descriptors <= before.descriptors, `${after.descriptors} descriptors are open, ${before.descriptors} were`);
          assert.ok(after.memory <= before.memory + MEMORY_SLACK_MIB, `${after.memory} MiB are resident, ${before.memory} were`);
          return after;
        },
        { within: 10_000, every: 100 },
      );
      t.diagnostic(`memory ${before.memory} -> ${now.memory} MiB, descriptors ${before.descriptors} -> ${now.descriptors}`);
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
    },
  };
}

/** The files of a configuration whose one unit says more. */
export function unitWith(more: string): Readonly<Record<string, string>> {
  return { "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "cat $DIR/out/app.conf >> $DIR/reloads"\n${more}\n` };
}

/** What a process holds: resident memory in MiB, open descriptors, children. */
export function held(pid: number): { readonly memory: number; readonly descriptors: number; readonly children: readonly string[] } {
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOf(`/proc/${pid}/task/${thread}/children`));
  return { memory: Math.round(Number(resident) / 1_024), descriptors: readdirSync(`/proc/${pid}/fd`).length, children };
}

/** A thread may end between the listing and the reading. */
function childrenOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(" ").filter((pid) => pid.trim() !== "");
  } catch {
    return [];
  }
}

// The runtimes give memory back late: this is what a quiet process varies by.
const MEMORY_SLACK_MIB = 60;
const LONGEST_LINE = 500;
const FAST = ["--wait-max", "200ms"];
