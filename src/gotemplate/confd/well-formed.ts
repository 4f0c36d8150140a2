/** Text in which a lone surrogate, which JSON can bring in, is Go's U+FFFD; here it would stand for a byte. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
