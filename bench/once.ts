import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../test/support/process.ts";
import type { Contender, Setup } from "./contenders.ts";
import { percentile } from "./percentile.ts";

const RUNS = 10;
const GNU_TIME = "/usr/bin/time";

/** One-shot runs that write everything anew: median wall time, highest peak of memory (GNU time tells it). */
export async function measureOnce(contender: Contender, setup: Setup): Promise<{ ms: number; peakMib: number | undefined }> {
  await contender.prepare(setup);
  await runOnce(contender, setup);
  const runs: { ms: number; peakMib: number | undefined }[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await runOnce(contender, setup));
  const peaks = runs.flatMap(({ peakMib }) => peakMib ?? []);
  return { ms: percentile(runs.map(({ ms }) => ms), 50), peakMib: peaks.length > 0 ? Math.max(...peaks) : undefined };
}

async function runOnce(contender: Contender, setup: Setup): Promise<{ ms: number; peakMib: number | undefined }> {
  for (const folder of ["out", "state"]) await rm(join(setup.directory, folder), { recursive: true, force: true });
  await contender.prepare(setup);
  const timed = existsSync(GNU_TIME);
  const command = contender.once(setup);
  const start = performance.now();
  const { code, stdout, stderr } = await runProgram(timed ? [GNU_TIME, "-f", "peak %M", ...command] : command);
  const ms = performance.now() - start;
  if (code !== 0) throw new Error(`${contender.name} failed with ${code}:\n${stdout}${stderr}`);
  const peak = /^peak (\d+)$/m.exec(stderr)?.[1];
  return { ms, peakMib: peak === undefined ? undefined : Number(peak) / 1_024 };
}
