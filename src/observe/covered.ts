/** Hides secrets in a text. */
export type Cover = (text: string) => string;

/** JSON with every text in it covered, and its shape kept: a secret "true" hides no boolean. */
export function coveredJson(value: unknown, cover: Cover, space?: number): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "string" ? cover(part) : part), space);
}
