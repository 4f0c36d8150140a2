import { basename, dirname, join } from "node:path";
import type { Settings } from "../core/configuration.ts";
import { toAppError } from "../core/error.ts";
import type { HttpHandler, HttpListener } from "../core/http.ts";
import { formatListenAddress, isLocal, type ListenAddress } from "../core/listen-address.ts";
import type { Files, Logger, Mask } from "../core/ports.ts";
import { tokenReader } from "./status-token.ts";

type Command = "run" | "register";
type StatusSettings = Settings["status"];

export interface StatusListenersOptions {
  readonly command: Command;
  readonly stateDir: string;
  readonly handle: HttpHandler;
  readonly files: Files;
  readonly mask: Mask;
  readonly log: Logger;
}

/**
 * Listens where [status] says, from one configuration to the next, and at the socket of the state directory beside it: there remora status finds
 * whoever runs, also where the configuration has become another meanwhile.
 */
export class StatusListeners implements AsyncDisposable {
  readonly #options: StatusListenersOptions;
  /** By address as it was asked for. */
  readonly #listeners = new Map<string, HttpListener>();
  readonly #own: readonly [name: string, address: ListenAddress];
  #present: StatusSettings | undefined;

  constructor(options: StatusListenersOptions) {
    this.#options = options;
    const own = defaultAddresses(options)[options.command];
    this.#own = [formatListenAddress(own), own];
  }

  /** Reads the token that is asked for over TCP at present; undefined where none is. */
  get readToken(): (() => Promise<string>) | undefined {
    const file = this.#present?.tokenFile;
    return file === undefined ? undefined : tokenReader(file, this.#options);
  }

  /**
   * Listens where other settings say, and leaves the former addresses only then. Throws STATUS_LISTEN or CONFIG_INVALID, and then it listens
   * where it did; the socket of the state directory that cannot be had is a warning at most.
   */
  async take(settings: StatusSettings): Promise<void> {
    const former = this.#present;
    if (JSON.stringify(settings) === JSON.stringify(former)) return;
    await this.#checkToken(settings);
    const wanted = new Map((settings.listen ?? []).map((address) => [formatListenAddress(address), address]));
    const added = new Map([...wanted].filter(([name]) => !this.#listeners.has(name)));
    const leaving = [...this.#listeners].filter(([name]) => !wanted.has(name) && (name !== this.#own[0] || isOff(settings)));
    await this.#open(added, await inTheWay(leaving, added, this.#options.files));
    this.#present = settings;
    if (former !== undefined && former.tokenFile !== settings.tokenFile) this.#hangUp();
    await this.#close(leaving.map(([name]) => name));
    await this.#openOwn(settings);
    for (const name of added.keys()) this.#say(name, settings);
    for (const [name] of leaving) this.#options.log.info("Telling the status no more", { at: name });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close([...this.#listeners.keys()]);
  }

  /** A token that cannot be read is found out now, not by those who ask. */
  async #checkToken({ listen = [], tokenFile }: StatusSettings): Promise<void> {
    if (listen.length > 0 && tokenFile !== undefined) await tokenReader(tokenFile, this.#options)();
  }

  /** All of them or none; those in the way are left before, and listened at again where that was in vain. */
  async #open(added: ReadonlyMap<string, ListenAddress>, leaving: readonly Listening[]): Promise<void> {
    await this.#close(leaving.map(([name]) => name));
    try {
      for (const [name, address] of added) await this.#listen(name, address);
    } catch (thrown) {
      await this.#close([...added.keys()]);
      for (const [name, { address }] of leaving) await this.#listen(name, address).catch((why) => this.#goOnWithout(why));
      throw thrown;
    }
  }

  async #openOwn(settings: StatusSettings): Promise<void> {
    const [name, address] = this.#own;
    if (isOff(settings) || this.#listeners.has(name)) return;
    try {
      await this.#options.files.makeDirectory(this.#options.stateDir, 0o700);
      await this.#listen(name, address);
    } catch (thrown) {
      // Where others were asked for, nobody counts on this one.
      if (settings.listen === undefined) this.#goOnWithout(thrown);
    }
  }

  #goOnWithout(thrown: unknown): void {
    const { message, hint } = toAppError(thrown);
    this.#options.log.warn("The status is not told, going on without", { error: message, hint });
  }

  /** Whoever follows over TCP was let in by the former token, or without one. */
  #hangUp(): void {
    for (const { address, hangUp } of this.#listeners.values()) if (address.kind === "tcp") hangUp();
  }

  async #listen(name: string, address: ListenAddress): Promise<void> {
    const { serveHttp } = await import("../platform/http-server.ts");
    this.#listeners.set(name, await serveHttp(address, this.#options.handle));
  }

  async #close(names: readonly string[]): Promise<void> {
    const listeners = names.map((name) => this.#listeners.get(name));
    for (const name of names) this.#listeners.delete(name);
    await Promise.all(listeners.map((listener) => listener?.[Symbol.asyncDispose]()));
  }

  #say(name: string, { tokenFile }: StatusSettings): void {
    const { address } = this.#listeners.get(name) ?? {};
    if (address === undefined) return;
    this.#options.log.info("Telling the status", { at: formatListenAddress(address), token: tokenFile !== undefined && address.kind === "tcp", local: isLocal(address) });
  }
}

function isOff({ listen }: StatusSettings): boolean {
  return listen?.length === 0;
}

/** Where the status is told whatever else is said: in the state directory, which is always there, and ours alone. */
export function defaultAddresses({ stateDir }: Pick<Settings, "stateDir">): Readonly<Record<Command, ListenAddress>> {
  return { run: { kind: "unix", path: join(stateDir, "remora.sock") }, register: { kind: "unix", path: join(stateDir, "register.sock") } };
}

type Listening = readonly [name: string, listener: HttpListener];

/** Those that have to be left before others can be listened at: 127.0.0.1:9110 for 0.0.0.0:9110, /var/run/remora.sock for /run/remora.sock. */
async function inTheWay(leaving: readonly Listening[], added: ReadonlyMap<string, ListenAddress>, files: Files): Promise<readonly Listening[]> {
  const places = new Set(await Promise.all([...added.values()].map((address) => placeOf(address, files))));
  const held = await Promise.all(leaving.map(([, { address }]) => placeOf(address, files)));
  return leaving.filter((_, index) => places.has(held[index] as string));
}

/** What two addresses that cannot be had at once have in common. */
async function placeOf(address: ListenAddress, files: Files): Promise<string> {
  if (address.kind === "tcp") return String(address.port);
  const folder = dirname(address.path);
  return join(await files.realpath(folder).catch(() => folder), basename(address.path));
}
