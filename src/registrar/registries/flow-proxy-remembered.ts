import { AppError, reason } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";

/** What was registered: value by id, in a file where there is one, so that the next run knows. */
export class Remembered {
  readonly #path: string | undefined;
  readonly #files: Files;
  readonly #values: Map<string, string>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string | undefined, files: Files, values: Map<string, string>) {
    this.#path = path;
    this.#files = files;
    this.#values = values;
  }

  /** Throws STATE_DIR. */
  static async read(path: string | undefined, files: Files): Promise<Remembered> {
    if (path === undefined) return new Remembered(path, files, new Map());
    try {
      const content = await files.read(path);
      const values = content === undefined ? {} : (JSON.parse(new TextDecoder().decode(content)) as Record<string, string>);
      return new Remembered(path, files, new Map(Object.entries(values)));
    } catch (thrown) {
      throw new AppError("STATE_DIR", `Cannot read what was registered from "${path}": ${reason(thrown)}`, { hint: "Remove the file: what it held is then somebody else's", cause: thrown });
    }
  }

  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  async set(id: string, value: string): Promise<void> {
    if (this.#values.get(id) === value) return;
    this.#values.set(id, value);
    await this.#write();
  }

  async delete(id: string): Promise<void> {
    if (this.#values.delete(id)) await this.#write();
  }

  /** The file is always whole; writes follow one another. */
  async #write(): Promise<void> {
    const path = this.#path;
    if (path === undefined) return;
    const write = async () => {
      const prepared = `${path}.new`;
      await this.#files.remove(prepared);
      {
        await using file = await this.#files.create(prepared, 0o600);
        await file.write(new TextEncoder().encode(`${JSON.stringify(Object.fromEntries(this.#values))}\n`));
        await file.sync();
      }
      await this.#files.rename(prepared, path);
    };
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => {});
    await written.catch((thrown) => {
      throw new AppError("STATE_DIR", `Cannot keep what was registered in "${path}": ${reason(thrown)}`, { cause: thrown });
    });
  }
}
