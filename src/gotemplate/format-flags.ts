/** What stands between the percent sign and the verb. */
export interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** %+v and %#v, where the two mean something else than before other verbs. */
  readonly plusV: boolean;
  readonly sharpV: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

export const NO_FLAGS: Flags = { plus: false, minus: false, sharp: false, space: false, zero: false, plusV: false, sharpV: false, width: undefined, precision: undefined };

/** Fills up to the width: with spaces, or zeros on the left. */
export function pad(text: string, { width, minus, zero }: Flags): string {
  if (width === undefined || text.length >= 2 * width) return text;
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  return minus ? text + " ".repeat(missing) : (zero ? "0" : " ").repeat(missing) + text;
}
