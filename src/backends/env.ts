import type { Backend, BackendDefinition } from "../core/backend.ts";
import type { Entry } from "../core/entry.ts";
import { covering, covers, storedKey } from "../core/key.ts";

export interface EnvOptions {
  /** Stands before the names, as in "APP_". */
  readonly prefix: string;
}

/** The environment of the process, which never changes: /db/host is DB_HOST, /db_name is DB__NAME. */
export const envBackend: BackendDefinition<EnvOptions> = {
  name: "env",
  summary: "Keys in the environment of the process",
  async open({ prefix }, { env }): Promise<Backend> {
    const entries = Object.entries(env).flatMap(([name, value]): Entry[] => {
      const key = name.startsWith(prefix) ? keyOf(name.slice(prefix.length)) : undefined;
      return key === undefined || value === undefined ? [] : [{ key, value, revision: 0 }];
    });
    return {
      name: "env",
      resumes: true,
      cover: covering,
      async read(prefixes) {
        return { position: { revision: 0 }, entries: entries.filter(({ key }) => prefixes.some((one) => covers(one, key))) };
      },
      async *watch(_prefixes, _since, signal) {
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      },
      async [Symbol.asyncDispose]() {},
    };
  },
};

/** DB_HOST is /db/host; an underscore within a segment is written twice. */
function keyOf(name: string) {
  const path = name
    .toLowerCase()
    .split("__")
    .map((part) => part.replaceAll("_", "/"))
    .join("_");
  return storedKey(`/${path}`);
}
