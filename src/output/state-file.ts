import { join } from "node:path";
import { AppError, reason } from "../core/error.ts";
import type { Files, Logger, Random } from "../core/ports.ts";
import { groupCommit } from "./group-commit.ts";
import { isLocked, lockDirectory } from "./state-lock.ts";

const VERSION = 1;
const FILE_NAME = "state.json";

/** What Remora remembers across restarts: STATE_DIR/state.json. Hashes are SHA-256 of contents. */
export interface StateData {
  version: number;
  targets: Record<string, TargetRow>;
  /** By unit: reloads that have not succeeded yet. */
  due: Record<string, DueReload>;
  /** By unit: what a commit is about to do. */
  journal: Record<string, JournalEntry>;
  /** By unit: what was rolled back. */
  rejected: Record<string, string>;
  /** By unit: the prefixes that held something when it was last applied. */
  filled: Record<string, readonly string[]>;
}

export interface TargetRow {
  readonly unit: string;
  /** The hash on disk. */
  readonly written: string;
  /** The one that the last good reload saw. */
  readonly applied?: string;
  /** It ever held what was sealed. */
  readonly sensitive?: true;
  /** It was written for an item of for_each, and goes with it. */
  readonly each?: true;
}

/** A reload that has not succeeded yet, and what brings back the files that were there before. */
export interface DueReload {
  readonly since: string;
  readonly attempts: number;
  /** Copies, by target. */
  readonly backups: Readonly<Record<string, string>>;
  /** Files of items that were not there before. */
  readonly created?: readonly string[];
  /** What was known of files of items that went, by target. */
  readonly removed?: Readonly<Record<string, TargetRow>>;
}

export interface JournalEntry {
  /** Whether a reload is due once the files are swapped. */
  readonly reload: boolean;
  readonly files: readonly JournalFile[];
  /** Files that go once the others are swapped. */
  readonly removals?: readonly JournalRemoval[];
}

export interface JournalFile {
  readonly target: string;
  readonly realTarget: string;
  readonly staged: string;
  readonly hash: string;
  /** A copy of what was there before. */
  readonly backup: string | null;
  /** What the target's row says of it. */
  readonly sensitive?: true;
  readonly each?: true;
  /** It is an item's, and was not there before. */
  readonly created?: true;
}

export interface JournalRemoval {
  readonly target: string;
  readonly realTarget: string;
  readonly row: TargetRow;
  readonly backup: string | null;
}

/** The state, held by this process alone until it is disposed of. */
export interface State extends AsyncDisposable {
  readonly data: Readonly<StateData>;
  /** Changes the data; resolves when that is on disk. Changes that come together are written together. */
  update(change: (data: StateData) => void): Promise<void>;
}

export interface StateContext {
  readonly files: Files;
  readonly random: Random;
  readonly log: Logger;
}

/** Reads the state and locks its directory. Throws STATE_DIR when it cannot be used. */
export async function openState(context: StateContext, directory: string): Promise<State> {
  const { files } = context;
  try {
    await files.makeDirectory(directory, 0o700);
    const unlock = await lockDirectory(context, directory);
    try {
      const data = await readState(context, directory);
      await removeLeftovers(files, directory, data);
      return stateOf(data, () => writeState(data, directory, context), unlock);
    } catch (thrown) {
      await unlock();
      throw thrown;
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("STATE_DIR", `Cannot use the state directory "${directory}": ${reason(thrown)}`, { hint: "Name one that can be written, with --state-dir", cause: thrown });
  }
}

/** What is remembered, as far as it can be read; reads it without taking it over. */
export async function peekState(files: Pick<Files, "read">, directory: string): Promise<Readonly<StateData>> {
  const content = await files.read(join(directory, FILE_NAME)).catch(() => undefined);
  return (content && parseState(content)) ?? emptyState();
}

function stateOf(data: StateData, write: () => Promise<void>, unlock: () => Promise<void>): State {
  const save = groupCommit(write);
  let last = Promise.resolve();
  return {
    data,
    update(change) {
      change(data);
      return (last = save());
    },
    async [Symbol.asyncDispose]() {
      await last.catch(() => {});
      await unlock();
    },
  };
}

/** What a killed process was in the middle of writing here; the directory is locked, so nobody is any more. */
async function removeLeftovers(files: Files, directory: string, { journal }: StateData): Promise<void> {
  const names = await files.list(directory);
  const left = names.filter((name) => /^(state\.json\.[0-9a-f]{8}|lock(\.takeover)*\.[0-9a-f]{8}|stage-[0-9a-f]{12})$/.test(name));
  for (const name of left) await files.remove(join(directory, name));
  // What was staged here, its own directory being read-only; the journal's is still needed.
  const needed = new Set(Object.values(journal).flatMap((entry) => entry.files.map(({ staged }) => staged)));
  const staged = (await files.list(join(directory, "staged"))).map((name) => join(directory, "staged", name));
  for (const path of staged) if (!needed.has(path)) await files.remove(path);
}

async function readState({ files, log, random }: StateContext, directory: string): Promise<StateData> {
  const path = join(directory, FILE_NAME);
  const content = await files.read(path);
  if (content === undefined) return emptyState();
  const data = parseState(content);
  if (data === undefined) {
    const aside = `${path}.corrupt-${random.hex(4)}`;
    await files.rename(path, aside);
    log.warn("State file cannot be read, starting without it", { moved_to: aside });
    return emptyState();
  }
  if (data.version > VERSION) throw new AppError("STATE_DIR", `Cannot read "${path}": it was written by a newer Remora`, { hint: "Run that version, or name another directory with --state-dir" });
  return data;
}

/** What a row of each section must at least have. */
const ROWS: Readonly<Record<Exclude<keyof StateData, "version">, (row: unknown) => boolean>> = {
  targets: (row) => isObject(row) && hasTexts(row, ["unit", "written"]),
  due: (row) => isObject(row) && typeof row["attempts"] === "number" && isObject(row["backups"]),
  journal: (row) => isObject(row) && Array.isArray(row["files"]) && row["files"].every((file) => isObject(file) && hasTexts(file, ["target", "realTarget", "staged", "hash"])) && isRemovals(row["removals"]),
  rejected: (row) => typeof row === "string",
  filled: (row) => Array.isArray(row) && row.every((prefix) => typeof prefix === "string"),
};

function parseState(content: Uint8Array): StateData | undefined {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(content));
    if (!isObject(data) || typeof data["version"] !== "number") return undefined;
    const whole = { ...emptyState(), ...data };
    const readable = Object.entries(ROWS).every(([section, fits]) => {
      const rows: unknown = whole[section as keyof StateData];
      return isObject(rows) && Object.values(rows).every(fits);
    });
    return whole.version > VERSION || readable ? whole : undefined;
  } catch {
    return undefined;
  }
}

function isRemovals(rows: unknown): boolean {
  return rows === undefined || (Array.isArray(rows) && rows.every((row) => isObject(row) && hasTexts(row, ["target", "realTarget"]) && ROWS.targets(row["row"])));
}

function hasTexts(row: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => typeof row[name] === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function emptyState(): StateData {
  return { version: VERSION, targets: {}, due: {}, journal: {}, rejected: {}, filled: {} };
}

async function writeState(data: StateData, directory: string, context: StateContext): Promise<void> {
  const { files, random } = context;
  const path = join(directory, FILE_NAME);
  const staged = `${path}.${random.hex(4)}`;
  try {
    if (!(await isLocked(directory, files))) await remake(directory, context);
    {
      await using file = await files.create(staged, 0o600);
      await file.write(new TextEncoder().encode(`${JSON.stringify(data)}\n`));
      await file.sync();
    }
    await files.rename(staged, path);
    await files.syncDirectory(directory);
  } catch (thrown) {
    await files.remove(staged).catch(() => {});
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("STATE_DIR", `Cannot write "${path}": ${reason(thrown)}`, { hint: "Make room, or name another directory with --state-dir", cause: thrown });
  }
}

/** Somebody cleared it away while we use it; all that was in it is in memory. */
async function remake(directory: string, context: StateContext): Promise<void> {
  await context.files.makeDirectory(directory, 0o700);
  await lockDirectory(context, directory);
}
