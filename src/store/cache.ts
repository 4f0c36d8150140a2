import type { Entry } from "../core/entry.ts";
import { AppError, reason } from "../core/error.ts";
import { type Key, toKey } from "../core/key.ts";
import type { Clock, Files, Logger, Random } from "../core/ports.ts";
import type { Snapshot } from "./snapshot.ts";

const FORMAT = 1;
const MODE = 0o600;
/** Changes that follow each other are saved together. */
const SAVE_AFTER_MS = 1_000;
const FRESHEN_MS = 60_000;

/** What a backend held when it was last heard of. */
export interface CachedReading {
  /** Until when it is known to have held this, in milliseconds since 1970. */
  readonly heldAt: number;
  readonly prefixes: readonly Key[];
  readonly entries: readonly Entry[];
}

export interface CacheOptions {
  readonly directory: string;
  readonly backend: string;
  readonly ports: { readonly files: Files; readonly clock: Clock; readonly random: Random; readonly log: Logger };
}

/**
 * The last snapshot of one backend, in DIRECTORY/BACKEND.json: text as it is in the store, so that what is sealed stays sealed.
 * Of a backend whose values are secrets in the open nothing is kept. The time of the file tells until when it was known to be right.
 */
export class SnapshotCache {
  readonly #options: CacheOptions;
  #unsaved: Snapshot | undefined;
  #cancelSave: (() => void) | undefined;
  #saving: Promise<void> = Promise.resolve();
  #hasFailed = false;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /** Undefined where there is none, or none that can be used: that is told. */
  async load(): Promise<CachedReading | undefined> {
    const { files, log } = this.#options.ports;
    try {
      const [bytes, stat] = [await files.read(this.#path), await files.stat(this.#path)];
      return bytes === undefined || stat === undefined ? undefined : { heldAt: stat.mtimeMs, ...parse(new TextDecoder().decode(bytes)) };
    } catch (thrown) {
      log.warn("Cache cannot be used", { backend: this.#options.backend, path: this.#path, error: reason(thrown) });
      return undefined;
    }
  }

  /** Saves what the backend holds now, a moment later. */
  changed(snapshot: Snapshot): void {
    this.#unsaved = snapshot;
    this.#cancelSave ??= this.#options.ports.clock.after(SAVE_AFTER_MS, () => void this.flush());
  }

  /** Keeps the time of the file right for as long as the backend is followed; the answer ends it. */
  keepFresh(isLive: () => boolean): () => void {
    const { clock, files } = this.#options.ports;
    let cancel = () => {};
    const again = () => {
      cancel = clock.after(FRESHEN_MS, () => {
        if (isLive() && !this.#hasFailed) this.#saving = this.#saving.then(() => files.touch(this.#path)).catch(() => {});
        again();
      });
    };
    again();
    return () => cancel();
  }

  /** Resolves when nothing is unsaved. */
  async flush(): Promise<void> {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    const snapshot = this.#unsaved;
    this.#unsaved = undefined;
    if (snapshot !== undefined) this.#saving = this.#saving.then(() => this.#save(snapshot)).catch((thrown: unknown) => this.#failed(thrown));
    await this.#saving;
  }

  get #path(): string {
    return `${this.#options.directory}/${this.#options.backend}.json`;
  }

  async #save(snapshot: Snapshot): Promise<void> {
    const { files, random } = this.#options.ports;
    const entries = snapshot.all();
    if (entries.some(({ secret }) => secret)) return await files.remove(this.#path);
    await files.makeDirectory(this.#options.directory, 0o700);
    const staged = `${this.#path}.${random.hex(6)}`;
    try {
      await using file = await files.create(staged, MODE);
      await file.write(new TextEncoder().encode(format(snapshot.prefixes, entries)));
      await file.sync();
      await file.close();
      await files.rename(staged, this.#path);
    } catch (thrown) {
      await files.remove(staged).catch(() => {});
      throw thrown;
    }
    this.#hasFailed = false;
  }

  #failed(thrown: unknown): void {
    const { log } = this.#options.ports;
    if (!this.#hasFailed) log.warn("Cache cannot be saved", { backend: this.#options.backend, path: this.#path, error: reason(thrown), hint: "Look at the directory of cache_dir" });
    this.#hasFailed = true;
  }
}

function format(prefixes: readonly Key[], entries: readonly Entry[]): string {
  const rows = entries.map(({ key, value }) => [key, typeof value === "string" ? value : { base64: Buffer.from(value).toString("base64") }]);
  return JSON.stringify({ format: FORMAT, prefixes, entries: rows });
}

function parse(text: string): { readonly prefixes: readonly Key[]; readonly entries: readonly Entry[] } {
  const { format, prefixes, entries } = JSON.parse(text) as { format: unknown; prefixes: string[]; entries: [string, string | { base64: string }][] };
  if (format !== FORMAT) throw new AppError("INTERNAL", `its format is ${String(format)}, not ${FORMAT}`);
  return {
    prefixes: prefixes.map(toKey),
    entries: entries.map(([key, value]) => ({ key: toKey(key), value: typeof value === "string" ? value : Uint8Array.from(Buffer.from(value.base64, "base64")), revision: 0 })),
  };
}
