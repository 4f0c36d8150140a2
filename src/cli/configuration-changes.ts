import { join } from "node:path";
import type { Invocation, Outside } from "./command.ts";
import type { Session } from "./session.ts";

/** Reasons to look at the configuration again. */
export interface ConfigurationChanges extends Disposable {
  /** Has it looked at again, as SIGHUP does. */
  ask(): void;
  /** Yields at SIGHUP, be it from before this call, and when a file of the configuration or a template became other than it was. */
  follow(session: Session, signal: AbortSignal): AsyncGenerator<void>;
}

/** From here on SIGHUP is taken note of, unless it was for somebody else, and ends the process no more. */
export function configurationChanges({ outside }: Invocation, passedOn: (signal: string) => boolean = () => false): ConfigurationChanges {
  const queue = wakeUps();
  const endSighup = outside.onSignal("SIGHUP", () => passedOn("SIGHUP") || queue.push("signal"));
  return { ask: () => queue.push("signal"), follow: (session, signal) => follow(session, queue, outside.hash, signal), [Symbol.dispose]: endSighup };
}

async function* follow(session: Session, queue: WakeUps, hash: Outside["hash"], signal: AbortSignal): AsyncGenerator<void> {
  const { files, follower } = session.ports;
  const { confdir } = session.plan.configuration.settings;
  const own = ["remora.toml", "conf.d", "templates"].map((name) => join(confdir, name));
  const paths = [...own, ...(await sourcesElsewhere(session, own))];
  const following = (async () => {
    for await (const _ of follower.follow(paths, signal)) queue.push("files");
  })().catch((error) => signal.aborted || session.log.warn("Cannot follow the configuration files", { error: String(error) }));
  signal.addEventListener("abort", queue.end, { once: true });
  if (signal.aborted) queue.end();
  let known = await fingerprint(paths, files, hash);
  try {
    for await (const cause of queue) {
      const now = await fingerprint(paths, files, hash);
      if (cause === "files" && now === known) continue;
      known = now;
      yield;
    }
  } finally {
    await following;
  }
}

/** What templates are made of and read in other places, as far as it is there. */
async function sourcesElsewhere({ plan, ports: { files } }: Session, own: readonly string[]): Promise<readonly string[]> {
  const sources = new Set(plan.units.flatMap(({ templates }) => templates.flatMap(({ compiled }) => compiled.sources)));
  const elsewhere = [...sources].filter((source) => !own.some((path) => source.startsWith(`${path}/`)));
  const stats = await Promise.all(elsewhere.map((path) => files.stat(path)));
  return elsewhere.filter((_, index) => stats[index]?.type === "file");
}

/** One text for the contents of all files below the paths. */
async function fingerprint(paths: readonly string[], files: Session["ports"]["files"], hash: Outside["hash"]): Promise<string> {
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

interface WakeUps extends AsyncIterable<Cause> {
  push(cause: Cause): void;
  end(): void;
}

function wakeUps(): WakeUps {
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
