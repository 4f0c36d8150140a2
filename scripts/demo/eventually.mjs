const LIMIT_MS = 15_000;
const EVERY_MS = 10;

/** Asks again until there is an answer that is not undefined; an error counts as none. */
export async function eventually(what, ask) {
  const deadline = Date.now() + LIMIT_MS;
  let last = "";
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = `: ${error.message}`;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new Error(`waited ${LIMIT_MS / 1_000} s in vain until ${what}${last}`);
}
