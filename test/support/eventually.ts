/**
 * Tries an assertion again until it holds, or throws its last error after the limit. Give assert.ok() a message here: without
 * one it reads and parses the test's source for each try that fails, which takes seconds.
 */
export async function eventually<T>(assertion: () => T | Promise<T>, { within = 5_000, every = 10 } = {}): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, every));
    }
  }
}
