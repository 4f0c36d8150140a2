/** What was made of an object that never changes, such as a list of entries of one snapshot, under a label. */
export type Memo = <T>(of: object, label: string, make: () => T) => T;

/** A memory of its own: two template languages make different things of the same list under the same label. What is in it goes with its object. */
export function createMemo(): Memo {
  const made = new WeakMap<object, Map<string, unknown>>();
  return <T>(of: object, label: string, make: () => T): T => {
    let labels = made.get(of);
    if (labels === undefined) made.set(of, (labels = new Map()));
    if (!labels.has(label)) labels.set(label, make());
    return labels.get(label) as T;
  };
}
