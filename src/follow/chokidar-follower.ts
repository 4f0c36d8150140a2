import { join } from "node:path";
import type { FSWatcher } from "chokidar";
import type { Clock, FileFollower, Files } from "../core/ports.ts";
import { fingerprint } from "./fingerprint.ts";
import { quietMoments } from "./quiet-moments.ts";
import { concerns, isWatched, placesOf } from "./places.ts";

/** File systems that tell nothing (overlays, NFS, some bind mounts) are looked at this often. */
const LOOK_AGAIN_MS = 30_000;

export type LookedAt = Pick<Files, "stat" | "list" | "realpath">;

/** Follows files by chokidar, and by looking again where the file system tells nothing. */
export function chokidarFollower({ clock, files }: { readonly clock: Clock; readonly files: LookedAt }): FileFollower {
  return { follow: (paths, signal) => follow(paths, signal, clock, files) };
}

async function* follow(paths: readonly string[], signal: AbortSignal, clock: Clock, files: LookedAt): AsyncGenerator<void> {
  const quiet = quietMoments(clock);
  signal.addEventListener("abort", quiet.end, { once: true });
  const told: Told = { concerned: false, moved: false };
  let close = await openWatcher(paths, files, signal, told, quiet.stir);
  let known = await fingerprint(paths, files);
  try {
    // What changed before it was followed has been told by nobody.
    if (!signal.aborted) yield;
    while (!signal.aborted) {
      await quiet.next(LOOK_AGAIN_MS);
      if (signal.aborted) return;
      const now = await fingerprint(paths, files);
      const { concerned, moved } = told;
      if (!concerned && now === known) continue;
      told.concerned = told.moved = false;
      if (moved || !concerned) {
        // The system goes on watching what has been moved away, so what stands there now has to be watched anew.
        await close();
        close = await openWatcher(paths, files, signal, told, quiet.stir);
      }
      known = await fingerprint(paths, files);
      if (!signal.aborted) yield;
    }
  } finally {
    signal.removeEventListener("abort", quiet.end);
    await close();
  }
}

/** What was told since it was last asked. */
interface Told {
  /** Something at, below or above a path; what else stirs in their directories shows in the fingerprint, or is nothing. */
  concerned: boolean;
  /** Something was made, removed or renamed. */
  moved: boolean;
}

/** Watches the places until the answer is called; ready when it resolves. */
async function openWatcher(paths: readonly string[], files: LookedAt, signal: AbortSignal, told: Told, stir: () => void): Promise<() => Promise<void>> {
  const { watch } = await import("chokidar");
  const places = await placesOf(paths, files);
  const watcher = watch([...places.directories, ...places.followed], { ignoreInitial: true, ignored: (path) => !isWatched(path, places) });
  const tell = (path: string, moved: boolean) => {
    if (concerns(path, places)) {
      told.concerned = true;
      told.moved ||= moved;
    }
    stir();
  };
  // chokidar compares names, and says nothing when a directory gave way to another of the same name; the system does.
  watcher.on("raw", (event, name, details) => {
    const { watchedPath } = details as { watchedPath: string };
    tell(name ? join(watchedPath, name) : watchedPath, event !== "change");
  });
  watcher.on("all", (event, path) => tell(path, event !== "change"));
  // Out of watches, no permission, gone while it was read: then looking again has to do.
  watcher.on("error", stir);
  await readiness(watcher, signal);
  return () => watcher.close();
}

/** Resolves when all is watched, or at an abort. */
function readiness(watcher: FSWatcher, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    watcher.once("ready", done);
    if (signal.aborted) done();
  });
}
