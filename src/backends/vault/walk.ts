import { asTable, type VaultAnswer, VaultRefusal } from "../../clients/vault/client.ts";
import { encodePath } from "../../clients/vault/login.ts";
import { covers, type Key, lineage, toKey } from "../../core/key.ts";

/** Asks for a path below "/v1/"; undefined where there is nothing. */
export type AskVault = (path: string) => Promise<VaultAnswer | undefined>;

/** Where a KV engine is mounted. */
export interface Mount {
  readonly path: Key;
  readonly version: 1 | 2;
}

/** A secret as it was read. */
export interface Secret {
  readonly path: Key;
  /** Which version it is; 0 in engines that do not count. */
  readonly version: number;
  readonly data: VaultAnswer;
}

const AT_ONCE = 8;

/** The KV engines that the token may see something of. */
export async function readMounts(ask: AskVault): Promise<Mount[]> {
  const answer = await ask("sys/internal/ui/mounts");
  const mounts = Object.entries(asTable(asTable(answer?.["data"])?.["secret"]) ?? {});
  return mounts.flatMap(([path, about]): Mount[] => {
    const { type, options } = asTable(about) ?? {};
    // "generic" is what version 1 was called.
    if (type !== "kv" && type !== "generic") return [];
    return [{ path: toKey(path), version: asTable(options)?.["version"] === "2" ? 2 : 1 }];
  });
}

/**
 * All secrets at and below a path, and those above it, whose fields may be what is asked for. What the token may not read is
 * left out and told to `onDenied`, unless that is everything: then it throws.
 */
export async function readSecrets(prefix: Key, mounts: readonly Mount[], ask: AskVault, onDenied: (path: Key) => void): Promise<Secret[]> {
  const found: Secret[] = [];
  for (const mount of mounts) {
    if (covers(prefix, mount.path)) found.push(...(await walk(mount, [mount.path], ask, onDenied)));
    else if (covers(mount.path, prefix)) found.push(...(await readWithin(mount, prefix, ask, onDenied)));
  }
  return found;
}

async function readWithin(mount: Mount, prefix: Key, ask: AskVault, onDenied: (path: Key) => void): Promise<Secret[]> {
  const above = [...lineage(prefix)].filter((path) => path !== mount.path && covers(mount.path, path));
  const direct = await Promise.all(above.map((path) => orDenied(readSecret(mount, path, ask))));
  const names = await orDenied(list(mount, prefix, ask));
  if (names instanceof VaultRefusal && direct.every((one) => one instanceof VaultRefusal)) throw names;
  const secrets = direct.flatMap((one) => (one === undefined || one instanceof VaultRefusal ? [] : [one]));
  return names instanceof VaultRefusal ? secrets : [...secrets, ...(await walk(mount, [prefix], ask, onDenied, names))];
}

/** What is below some folders; `first` are the names in the first of them where they are known. */
async function walk(mount: Mount, folders: readonly Key[], ask: AskVault, onDenied: (path: Key) => void, first?: readonly string[]): Promise<Secret[]> {
  const [secrets, deeper]: [Secret[], Key[]] = [[], []];
  const known = await eachAtMost(folders, async (folder) => ({ folder, names: first ?? (await orDenied(list(mount, folder, ask))) }));
  const paths = known.flatMap(({ folder, names }) => {
    if (names instanceof VaultRefusal) onDenied(folder);
    return names instanceof VaultRefusal ? [] : names.map((name) => ({ path: toKey(`${folder}/${name}`), isFolder: name.endsWith("/") }));
  });
  deeper.push(...paths.filter(({ isFolder }) => isFolder).map(({ path }) => path));
  const read = await eachAtMost(paths.filter(({ isFolder }) => !isFolder), async ({ path }) => ({ path, secret: await orDenied(readSecret(mount, path, ask)) }));
  for (const { path, secret } of read) {
    if (secret instanceof VaultRefusal) onDenied(path);
    else if (secret !== undefined) secrets.push(secret);
  }
  return deeper.length === 0 ? secrets : [...secrets, ...(await walk(mount, deeper, ask, onDenied))];
}

async function readSecret({ path: at, version }: Mount, path: Key, ask: AskVault): Promise<Secret | undefined> {
  const answer = asTable((await ask(encodePath(version === 2 ? `${at}/data/${path.slice(at.length)}` : path)))?.["data"]);
  if (version === 1) return answer && { path, version: 0, data: answer };
  const data = asTable(answer?.["data"]);
  const count = asTable(answer?.["metadata"])?.["version"];
  return data && { path, version: typeof count === "number" ? count : 0, data };
}

/** The names in a folder; those of folders end with a slash. */
async function list({ path: at, version }: Mount, path: Key, ask: AskVault): Promise<string[]> {
  const answer = await ask(`${encodePath(version === 2 ? `${at}/metadata/${path.slice(at.length)}` : path)}?list=true`);
  const names = asTable(answer?.["data"])?.["keys"];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

async function orDenied<T>(answer: Promise<T>): Promise<T | VaultRefusal> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof VaultRefusal && thrown.status === FORBIDDEN) return thrown;
    throw thrown;
  }
}

const FORBIDDEN = 403;

async function eachAtMost<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const work = async () => {
    for (const [at, item] of rest) results[at] = await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  return results;
}
