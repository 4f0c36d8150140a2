/** Runs things in the background so that none is forgotten: `close` waits for all of them. */
export class TaskGroup implements AsyncDisposable {
  readonly #tasks = new Set<Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  start(task: () => Promise<void>): void {
    const running: Promise<void> = task()
      .catch(this.#onError)
      .finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
  }

  async close(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
