/**
 * Tries an assertion again until it holds, or throws its last error after the limit. Give assert.ok() a message here: without
 * one it reads and parses the test's source for each try that fails, which takes seconds.
 */
export async function eventually<T>(assertion: () => T | Promise<T>, { within = 5_000, every = 10 } = {}): Promise<T> {
  const begun = Date.now();
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      const waited = Date.now() - begun;
      if (waited >= within) throw error;
      // What takes seconds needs no answer to the hundredth, and each try costs the processes that are waited for.
      await new Promise((resolve) => setTimeout(resolve, Math.max(every, Math.min(waited / PATIENCE, LONGEST_PAUSE_MS))));
    }
  }
}

const PATIENCE = 25;
const LONGEST_PAUSE_MS = 100;
