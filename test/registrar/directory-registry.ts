import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../src/core/error.ts";
import { hostPort } from "../../src/core/instance.ts";
import type { Registry } from "../../src/core/registry.ts";

/** A registry that is a folder, a file for each registration: as small as one can be, and away when told to. */
export interface DirectoryRegistry extends Registry {
  readonly calls: string[];
  /** Everything it is asked fails, until it is not. */
  away: boolean;
  /** These ids belong to somebody else. */
  readonly foreign: Set<string>;
  /** Tells the registrar that all may be gone. */
  lose(): void;
  /** Runs before each write. */
  beforeWrite: (id: string) => Promise<void>;
}

export function directoryRegistry(folder: string): DirectoryRegistry {
  let lost: (() => void) | undefined;
  const registry: DirectoryRegistry = {
    name: "directory",
    calls: [],
    away: false,
    foreign: new Set(),
    lose: () => lost?.(),
    beforeWrite: async () => {},
    registrations(instance) {
      if (instance.name.includes("/")) throw new AppError("REGISTRATION_INVALID", `Cannot register "${instance.id}": its name has a slash`);
      return instance.draining ? [] : [{ id: instance.id, value: hostPort(instance) }];
    },
    async owned() {
      answer("owned");
      const names = await readdir(folder);
      return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)));
    },
    async put({ id, value }) {
      await registry.beforeWrite(id);
      answer(`put ${id}`);
      if (registry.foreign.has(id)) throw new AppError("REGISTRATION_CONFLICT", `Cannot register "${id}": it belongs to somebody else`);
      await writeFile(join(folder, id), value);
    },
    async deregister(id) {
      await registry.beforeWrite(id);
      answer(`deregister ${id}`);
      await rm(join(folder, id), { force: true });
    },
    keepAlive: (signal) =>
      new Promise((resolve, reject) => {
        lost = resolve;
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        if (signal.aborted) reject(signal.reason);
      }),
    async [Symbol.asyncDispose]() {},
  };

  function answer(call: string): void {
    registry.calls.push(call);
    if (registry.away) throw new AppError("BACKEND_UNREACHABLE", "The folder is away");
  }
  return registry;
}
