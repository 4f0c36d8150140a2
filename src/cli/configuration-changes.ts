import { join } from "node:path";
import type { Invocation } from "./command.ts";
import type { Session } from "./session.ts";

/** Yields at SIGHUP, and when a file of the configuration or a template became other than it was. */
export async function* configurationChanges(session: Session, { outside }: Invocation, signal: AbortSignal): AsyncGenerator<void> {
  const { files, follower } = session.ports;
  const { confdir } = session.plan.configuration.settings;
  const paths = ["remora.toml", "conf.d", "templates"].map((name) => join(confdir, name));
  const queue = wakeUps();
  const endSighup = outside.onSignal("SIGHUP", () => queue.push("signal"));
  const following = (async () => {
    for await (const _ of follower.follow(paths, signal)) queue.push("files");
  })().catch((error) => signal.aborted || session.log.warn("Cannot follow the configuration files", { error: String(error) }));
  let known = await fingerprint(paths, files, outside.hash);
  signal.addEventListener("abort", queue.end, { once: true });
  try {
    for await (const cause of queue) {
      const now = await fingerprint(paths, files, outside.hash);
      if (cause === "files" && now === known) continue;
      known = now;
      yield;
    }
  } finally {
    endSighup();
    await following;
  }
}

/** One text for the contents of all files below the paths. */
async function fingerprint(paths: readonly string[], files: Session["ports"]["files"], hash: (content: Uint8Array) => string): Promise<string> {
  const parts = await Promise.all(
    paths.map(async (path): Promise<string> => {
      const stat = await files.stat(path);
      if (stat?.type === "directory") return fingerprint((await files.list(path)).map((name) => join(path, name)), files, hash);
      const content = stat?.type === "file" ? await files.read(path) : undefined;
      return `${path} ${content === undefined ? "" : hash(content)}`;
    }),
  );
  return hash(new TextEncoder().encode(parts.join("\n")));
}

type Cause = "signal" | "files";

function wakeUps(): AsyncIterable<Cause> & { push(cause: Cause): void; end(): void } {
  const causes: Cause[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  return {
    push(cause) {
      causes.push(cause);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      while (!ended) {
        const cause = causes.shift();
        if (cause !== undefined) yield cause;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
