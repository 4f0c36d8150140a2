import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Clock } from "../../src/core/ports.ts";
import { chokidarFollower } from "../../src/follow/chokidar-follower.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { eventually } from "../support/eventually.ts";

/** One who follows paths and looks whenever told to. */
export interface Following extends AsyncDisposable {
  /** What was seen, one for each time. */
  readonly seen: readonly string[];
  /** Resolves when the last thing seen is this. */
  sees(content: string): Promise<void>;
}

/** Begins to follow; resolves when the beginning has been told. `look` answers what is to be seen, "" when it throws. */
export async function following(paths: readonly string[], look: () => string, clock: Clock = systemClock): Promise<Following> {
  const stop = new AbortController();
  const seen: string[] = [];
  const ended = (async () => {
    for await (const _ of chokidarFollower({ clock, files: systemFiles }).follow(paths, stop.signal)) seen.push(orNothing(look));
  })();
  await eventually(() => assert.equal(seen.length, 1));
  return {
    seen,
    sees: (content) => eventually(() => assert.equal(seen.at(-1), content)),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

/** What a file says. */
export function contentOf(path: string): () => string {
  return () => readFileSync(path, "utf8");
}

/** How many inotify watches this process holds. */
export function watches(): number {
  const inotify = readdirSync("/proc/self/fd").filter((fd) => orNothing(() => readlinkSync(`/proc/self/fd/${fd}`)).includes("inotify"));
  return inotify.flatMap((fd) => readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").match(/^inotify wd/gm) ?? []).length;
}

function orNothing(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}
