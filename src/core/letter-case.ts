/** In capital letters, each character by itself, as in Go: "ß" stays. */
export function toUpper(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text.toUpperCase() : [...text].map(upperRune).join("");
}

/** In small letters, each character by itself, as in Go. */
export function toLower(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : [...text].map(lowerRune).join("");
}

function upperRune(char: string): string {
  const upper = char.toUpperCase();
  if ([...upper].length === 1) return upper;
  // Greek letters with an iota below have a capital of one character, which JavaScript takes apart.
  const point = char.codePointAt(0) as number;
  const whole = [8, 9].map((distance) => String.fromCodePoint(point + distance)).find((candidate) => candidate.toLowerCase() === char);
  return whole ?? char;
}

function lowerRune(char: string): string {
  const lower = char.toLowerCase();
  return [...lower].length === 1 ? lower : (lower[0] as string);
}
