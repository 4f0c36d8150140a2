const made = new WeakMap<object, Map<string, unknown>>();

/** What was made of an object that never changes, such as a list of entries of one snapshot; gone with the object. */
export function memo<T>(of: object, label: string, make: () => T): T {
  let labels = made.get(of);
  if (labels === undefined) made.set(of, (labels = new Map()));
  if (!labels.has(label)) labels.set(label, make());
  return labels.get(label) as T;
}
