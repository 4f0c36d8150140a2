import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { eventually } from "../test/support/eventually.ts";
import { stopProcess } from "../test/support/process.ts";
import { type Contender, type Setup, targets } from "./contenders.ts";
import { percentile } from "./percentile.ts";
import type { BenchStore } from "./stores.ts";

const CHANGES = 30;
const FIRST_PASS_MS = 60_000;
const CHANGE_MS = 10_000;
const SETTLE_MS = 3_000;
const PAUSE_MS = 100;

export interface WatchFigures {
  readonly p50: number;
  readonly p95: number;
  /** Changes that did not arrive in every file. */
  readonly lost: number;
  readonly readsPerChange: number;
}

export interface IdleFigures {
  readonly rssMib: number;
  readonly privateMib: number;
}

/** From a put to the last of all files being new, over some changes. */
export async function measureChanges(contender: Contender, setup: Setup, store: BenchStore): Promise<WatchFigures> {
  await using _child = await started(contender, setup);
  const readsBefore = await store.reads();
  const times: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const value = `change-${change}-${Date.now()}`;
    const arrived = allContain(setup, value);
    const start = performance.now();
    await store.put("/bench/key5", value);
    times.push((await arrived) - start);
    await pause(PAUSE_MS);
  }
  const lost = times.filter(Number.isNaN).length;
  const there = times.filter((time) => !Number.isNaN(time));
  return { p50: percentile(there, 50), p95: percentile(there, 95), lost, readsPerChange: ((await store.reads()) - readsBefore) / CHANGES };
}

/** Memory some seconds after the first pass, with nothing to do. */
export async function measureIdle(contender: Contender, setup: Setup): Promise<IdleFigures> {
  await using child = await started(contender, setup);
  const rollup = await readFile(`/proc/${child.pid}/smaps_rollup`, "utf8");
  const mib = (pattern: RegExp) => [...rollup.matchAll(pattern)].reduce((sum, [, kib]) => sum + Number(kib), 0) / 1_024;
  return { rssMib: mib(/^Rss:\s+(\d+)/gm), privateMib: mib(/^Private_(?:Clean|Dirty):\s+(\d+)/gm) };
}

async function started(contender: Contender, setup: Setup): Promise<{ pid: number } & AsyncDisposable> {
  await contender.prepare(setup);
  const [program, ...args] = contender.watch(setup);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr = (stderr + chunk).slice(-2_000)));
  try {
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    await eventually(() => hasEnded() || allWritten(setup), { within: FIRST_PASS_MS, every: 50 });
    if (hasEnded()) throw new Error("It ended");
  } catch (error) {
    await stopProcess(child, "SIGKILL");
    throw new Error(`${contender.name} did not write all files:\n${stderr}`, { cause: error });
  }
  await pause(SETTLE_MS);
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stopProcess(child) };
}

async function allWritten(setup: Setup): Promise<true> {
  for (const target of targets(setup)) await readFile(target);
  return true;
}

/** Resolves with the moment when the last file held the text, or NaN when that took too long. */
function allContain(setup: Setup, text: string): Promise<number> {
  const waiting = new Set(targets(setup).map((target) => basename(target)));
  const folder = join(setup.directory, "out");
  return new Promise((resolve) => {
    const finish = (moment: number) => {
      clearTimeout(limit);
      watcher.close();
      resolve(moment);
    };
    const limit = setTimeout(() => finish(Number.NaN), CHANGE_MS);
    const watcher = watch(folder, async (_event, name) => {
      if (name === null || !waiting.has(name)) return;
      const content = await readFile(join(folder, name), "utf8").catch(() => "");
      if (content.includes(text) && waiting.delete(name) && waiting.size === 0) finish(performance.now());
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
