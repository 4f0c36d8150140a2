import type { Backend, BackendDefinition, BackendPorts } from "../core/backend.ts";
import type { Ref } from "../core/dependency.ts";
import type { Key } from "../core/key.ts";
import type { Observe } from "../core/observer.ts";
import type { BackendReport } from "../core/reports.ts";
import { didYouMean } from "../core/suggest.ts";
import type { TaskGroup } from "../core/task-group.ts";
import { SnapshotCache } from "../store/cache.ts";
import { Mirror } from "../store/mirror.ts";
import type { Snapshot } from "../store/snapshot.ts";
import type { ChangeSet } from "../store/store.ts";
import type { Lookup } from "../template/index.ts";

export interface MirrorsOptions {
  readonly definitions: readonly BackendDefinition[];
  /** The options of each backend, by its name. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly ports: BackendPorts;
  /** Where the last snapshots are kept; without, they are not. */
  readonly cacheDir?: string | undefined;
  readonly onChange: (changes: ChangeSet) => void;
  readonly onProgress?: ((entries: number) => void) | undefined;
  readonly observe?: Observe | undefined;
}

/** One mirror for each backend that a template reads; a backend nobody reads is never opened. */
export class Mirrors implements AsyncDisposable {
  readonly #options: MirrorsOptions;
  readonly #mirrors = new Map<string, Mirror>();
  #following: { readonly tasks: TaskGroup; readonly signal: AbortSignal; readonly cached: boolean } | undefined;

  constructor(options: MirrorsOptions) {
    this.#options = options;
  }

  /** Wants these keys in the mirrors. They come by `load` or `follow`. */
  async want(refs: readonly Ref[]): Promise<void> {
    for (const [backend, keys] of byBackend(refs)) {
      // One that there is not is told by the template that reads it.
      const mirror = this.#mirrors.get(backend) ?? (await this.#open(backend));
      mirror?.want(keys);
    }
  }

  /** Reads what is wanted, for as long as the signal allows. */
  async load(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#mirrors.values()].map((mirror) => mirror.load(signal)));
  }

  /** Whether all that is wanted is there. */
  get complete(): boolean {
    return [...this.#mirrors.values()].every((mirror) => mirror.complete);
  }

  /** Goes on with what the backends last held where they have not answered; answers whether any of that is not too old. */
  async useCaches(maxAge: number): Promise<boolean> {
    const used = await Promise.all([...this.#mirrors.values()].map((mirror) => mirror.useCache(maxAge)));
    return used.includes(true);
  }

  /** Keeps all mirrors, later ones too, equal to their backends, as tasks of the group; `cached`: goes on with the caches of those that do not answer. */
  follow(tasks: TaskGroup, signal: AbortSignal, { cached }: { readonly cached: boolean }): void {
    this.#following = { tasks, signal, cached };
    for (const mirror of this.#mirrors.values()) tasks.start(() => mirror.follow(signal, { cached }));
  }

  /** One snapshot of every backend, taken at one moment. */
  lookup(): Lookup {
    const snapshots = new Map<string, Snapshot>([...this.#mirrors].map(([name, mirror]) => [name, mirror.store.snapshot]));
    return {
      fault: (backend) => this.#faultOf(backend),
      covers: (dependency) => snapshots.get(dependency.backend)?.covers(dependency) ?? false,
      denial: (dependency) => snapshots.get(dependency.backend)?.denial(dependency),
      entry: ({ backend, key }) => snapshots.get(backend)?.entry(key),
      entries: ({ backend, key }) => snapshots.get(backend)?.entries(key) ?? [],
    };
  }

  /** The revision of each backend that is read from, as it is now. */
  revisions(refs: readonly Ref[]): Record<string, number> {
    const names = [...new Set(refs.map(({ backend }) => backend))];
    return Object.fromEntries(names.flatMap((name) => (this.#mirrors.has(name) ? [[name, this.#mirrors.get(name)?.store.snapshot.revision ?? 0]] : [])));
  }

  /** How it stands with each open backend. */
  states(): BackendReport[] {
    return [...this.#mirrors].map(([backend, mirror]) => ({
      backend,
      state: mirror.state,
      watches: mirror.store.snapshot.prefixes,
      reads: mirror.reads,
      outages: mirror.outages,
      revision: mirror.store.snapshot.revision,
      keys: mirror.store.snapshot.size,
      cachedAt: mirror.cachedAt,
    }));
  }

  async #open(name: string): Promise<Mirror | undefined> {
    const { ports, onChange, onProgress, cacheDir, observe } = this.#options;
    const known = this.#named(name);
    if (known === undefined) return undefined;
    const backend: Backend = await known.definition.open(known.options, ports);
    const opened = this.#mirrors.get(name);
    if (opened !== undefined) {
      await backend[Symbol.asyncDispose]();
      return opened;
    }
    const cache = cacheDir === undefined || LOCAL.includes(name) ? undefined : new SnapshotCache({ directory: cacheDir, backend: name, ports });
    const onRead = (took: number, ok: boolean) => observe?.({ kind: "read", backend: name, took, ok });
    const mirror = new Mirror({ backend, ports, onChange, onProgress, onRead, cache });
    this.#mirrors.set(name, mirror);
    const following = this.#following;
    following?.tasks.start(() => mirror.follow(following.signal, following));
    return mirror;
  }

  /** What a backend is opened with; "consul@dc2" is a part of consul. */
  #named(name: string): { readonly definition: BackendDefinition; readonly options: unknown } | undefined {
    const { definitions, options } = this.#options;
    const find = (wanted: string) => definitions.find((candidate) => candidate.name === wanted);
    const definition = find(name);
    if (definition !== undefined) return { definition, options: options[name] };
    const [kind, part] = splitPart(name);
    const whole = find(kind);
    return part === undefined || whole?.part === undefined ? undefined : { definition: whole, options: whole.part(options[kind], part) };
  }

  #faultOf(name: string): { readonly message: string; readonly hint: string } | undefined {
    if (this.#mirrors.has(name) || this.#named(name) !== undefined) return undefined;
    const names = this.#options.definitions.map((definition) => definition.name);
    const [kind, part] = splitPart(name);
    if (part !== undefined && names.includes(kind)) return { message: `"${name}" is no backend: ${kind} has no datacenters`, hint: "Only Consul has them: consul@dc2:/db/host" };
    return { message: `there is no backend "${name}"`, hint: didYouMean(name, names) ?? `Known: ${names.join(", ")}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#mirrors.values()].map((mirror) => mirror.close()));
  }
}

/** Backends that are on this machine: a copy of them is for nothing. */
const LOCAL = ["env", "file"];

/** "consul@dc2" is ["consul", "dc2"]. */
function splitPart(name: string): readonly [string, string | undefined] {
  const at = name.indexOf("@");
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}

function byBackend(refs: readonly Ref[]): Map<string, Key[]> {
  const grouped = new Map<string, Key[]>();
  for (const { backend, key } of refs) grouped.set(backend, [...(grouped.get(backend) ?? []), key]);
  return grouped;
}
