const made = new WeakMap<object, Map<string, unknown>>();

/** What was made of a list of entries that never changes; gone with the list. Fifty units that list the same thousand keys share it. */
export function memo<T>(of: object, label: string, make: () => T): T {
  let labels = made.get(of);
  if (labels === undefined) made.set(of, (labels = new Map()));
  if (!labels.has(label)) labels.set(label, make());
  return labels.get(label) as T;
}
