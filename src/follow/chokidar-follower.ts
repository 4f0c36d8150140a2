import { dirname, join } from "node:path";
import type { Clock, FileFollower, Files } from "../core/ports.ts";

const QUIET_MS = 100;
const QUIET_BOUND_MS = 500;
/** File systems that tell nothing (overlays, NFS, some bind mounts) are looked at this often. */
const LOOK_AGAIN_MS = 30_000;

/** Follows files by chokidar, and by looking again where the file system tells nothing. */
export function chokidarFollower({ clock, files }: { readonly clock: Clock; readonly files: Pick<Files, "stat" | "list"> }): FileFollower {
  return { follow: (paths, signal) => follow(paths, signal, clock, files) };
}

async function* follow(paths: readonly string[], signal: AbortSignal, clock: Clock, files: Pick<Files, "stat" | "list">): AsyncGenerator<void> {
  const { watch } = await import("chokidar");
  // A file that is replaced, or a link that is swapped, shows in its directory only.
  const watched = await Promise.all(paths.map((path) => watchable(path, files)));
  const watcher = watch([...new Set(watched.flat())], { ignoreInitial: true, persistent: true });
  const quiet = quietMoments(clock);
  watcher.on("all", quiet.stir);
  // A directory that goes away while it is read is a change like any other.
  watcher.on("error", quiet.stir);
  signal.addEventListener("abort", quiet.end, { once: true });
  try {
    await new Promise<void>((resolve) => {
      watcher.once("ready", () => resolve());
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    let known = await fingerprint(paths, files);
    // What changed before it was followed has been told by nobody.
    if (!signal.aborted) yield;
    while (!signal.aborted) {
      const stirred = await quiet.next(LOOK_AGAIN_MS);
      if (signal.aborted) return;
      const now = await fingerprint(paths, files);
      if (!stirred && now === known) continue;
      known = now;
      yield;
    }
  } finally {
    signal.removeEventListener("abort", quiet.end);
    await watcher.close();
  }
}

/** The path itself and the directory it stands in, or the nearest directory above that exists. */
async function watchable(path: string, files: Pick<Files, "stat">): Promise<string[]> {
  if ((await files.stat(path))?.type === "directory") return [path, dirname(path)];
  let directory = dirname(path);
  while ((await files.stat(directory)) === undefined && directory !== dirname(directory)) directory = dirname(directory);
  return [path, directory];
}

interface QuietMoments {
  readonly stir: () => void;
  readonly end: () => void;
  /** Resolves to true after changes that have ended, to false when nothing changed for so long. */
  next(limitMs: number): Promise<boolean>;
}

function quietMoments(clock: Clock): QuietMoments {
  let firstAt: number | undefined;
  let cancel: (() => void) | undefined;
  let resolve: ((stirred: boolean) => void) | undefined;
  const settle = (stirred: boolean) => {
    cancel?.();
    firstAt = undefined;
    resolve?.(stirred);
    resolve = undefined;
  };
  const arm = () => {
    cancel?.();
    const now = clock.monotonic();
    firstAt ??= now;
    cancel = clock.after(Math.min(QUIET_MS, firstAt + QUIET_BOUND_MS - now), () => settle(true));
  };
  return {
    stir() {
      if (resolve) arm();
      else firstAt ??= clock.monotonic();
    },
    end: () => settle(false),
    next: (limitMs) =>
      new Promise((done) => {
        resolve = done;
        if (firstAt === undefined) cancel = clock.after(limitMs, () => settle(false));
        else arm();
      }),
  };
}

/** Times and sizes of all files below the paths, as one text. */
async function fingerprint(paths: readonly string[], files: Pick<Files, "stat" | "list">): Promise<string> {
  const parts = await Promise.all(
    paths.map(async (path) => {
      const stat = await files.stat(path).catch(() => undefined);
      if (stat?.type !== "directory") return `${path} ${stat?.mtimeMs} ${stat?.size}`;
      return fingerprint((await files.list(path)).map((name) => join(path, name)), files);
    }),
  );
  return parts.join("\n");
}
