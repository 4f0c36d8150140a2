import type { Backend, BackendDefinition } from "../core/backend.ts";
import type { Entry } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import { covering, covers, isSpecial, type Key, toKey } from "../core/key.ts";
import type { Files } from "../core/ports.ts";
import { didYouMean } from "../core/suggest.ts";
import { readData } from "./data-file.ts";
import { listsOf, type SampleLists } from "./sample-lists.ts";

/** What stands before a value of "sealed:", in the form of a sealed one. Nothing is ever sealed so. */
const SEALED = "remora:v0:sample:";

export interface Samples {
  /** Stand in for the backends of these names; nothing is reached and nothing changes. */
  readonly definitions: readonly BackendDefinition[];
}

/**
 * Reads sample values from a file in the file backend's form. Its keys are the default backend's; tables at its top stand for others:
 * "consul:" for keys of Consul, "consul@dc2:" for those of a datacenter, "consul:service" for instances by service, "dns:ip" for addresses by name, "sealed:" for values
 * that count as sealed. Throws BACKEND_DATA with file and line, and CONFIG_INVALID for a table that stands for nothing.
 */
export async function readSamples(path: string, files: Pick<Files, "read" | "stat" | "list">, { names, defaultBackend }: { readonly names: readonly string[]; readonly defaultBackend: string }): Promise<Samples> {
  const stored: (Entry & { readonly backend: string })[] = [];
  const listed: Entry[] = [];
  for (const entry of await readData(path, files, "--with-values names a file of keys, or a directory of them")) {
    const [, top = "", rest = ""] = /^\/([^/]*:[^/]*)(\/.*)?$/s.exec(entry.key) ?? [];
    const [backend = "", kind = ""] = top.split(":");
    if (top === "") stored.push({ ...entry, backend: defaultBackend });
    else if (top === "sealed:") stored.push({ ...entry, backend: defaultBackend, key: toKey(rest), value: sealed(entry.value) });
    else if (kind === "" && names.includes(backend.replace(/^consul@.+$/, "consul"))) stored.push({ ...entry, backend, key: toKey(rest) });
    else if (LISTS.includes(top)) listed.push(entry);
    else throw new AppError("CONFIG_INVALID", `Cannot read "${path}": "${top}" stands for no backend`, { hint: didYouMean(top, known(names)) ?? `Known: ${known(names).join(", ")}` });
  }
  const lists = listsOf(listed, path);
  const of = (name: string) => stored.filter(({ backend }) => backend === name).sort((a, b) => (a.key < b.key ? -1 : 1));
  const definitions = names.map((name) => sampleBackend(name, of, lists));
  return { definitions };
}

/** What a value of "sealed:" holds; undefined for all others. */
export function sampleSecret(value: string): string | undefined {
  return value.startsWith(SEALED) ? Buffer.from(value.slice(SEALED.length), "base64").toString() : undefined;
}

const LISTS = ["consul:service", "dns:ip", "dns:ipv4", "dns:ipv6", "dns:srv"];

function known(names: readonly string[]): readonly string[] {
  return ["sealed:", ...names.filter((name) => name !== "dns").map((name) => `${name}:`), ...LISTS];
}

function sealed(value: Entry["value"]): string {
  return SEALED + Buffer.from(value as string).toString("base64");
}

/** "consul@dc2" holds what the table of that name does. */
function sampleBackend(kind: string, stored: (name: string) => readonly Entry[], lists: SampleLists): BackendDefinition {
  const special = (key: Key): Entry => ({ key, value: lists(kind, key), revision: 0 });
  const open = async (options: unknown): Promise<Backend> => {
    const { part } = (options ?? {}) as { readonly part?: string };
    const name = part === undefined ? kind : `${kind}@${part}`;
    return {
      name,
      resumes: false,
      cover: (keys) => [...keys.filter(isSpecial), ...covering(keys.filter((key) => !isSpecial(key)))],
      read: async (prefixes) => ({ position: { revision: 1 }, entries: [...stored(name).filter(({ key }) => prefixes.some((prefix) => covers(prefix, key))), ...prefixes.filter(isSpecial).map(special)] }),
      async *watch() {},
      async [Symbol.asyncDispose]() {},
    };
  };
  return { name: kind, summary: "Sample values", open, ...(kind === "consul" ? { part: (_: unknown, part: string) => ({ part }) } : {}) };
}
