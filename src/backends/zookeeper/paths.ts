import { isSpecial, type Key, ROOT, storedKey } from "../../core/key.ts";

/** Where the nodes of keys are, below the chroot. */
export interface Paths {
  pathOf(key: Key): string;
  keyOf(path: string): Key;
}

/** What ZooKeeper keeps for itself. */
const ITS_OWN = "/zookeeper";

export function pathsBelow(chroot: Key): Paths {
  const start = chroot === ROOT ? "" : chroot;
  return {
    pathOf: (key) => (key === ROOT ? (start === "" ? "/" : start) : start + key),
    keyOf: (path) => (path === start || path === "/" ? ROOT : path.slice(start.length)) as Key,
  };
}

/** The paths of children, without what ZooKeeper keeps for itself. */
export function pathsOf(parent: string, names: readonly string[]): string[] {
  const start = parent === "/" ? "/" : `${parent}/`;
  return names.map((name) => start + name).filter((path) => path !== ITS_OWN);
}

/** Whether a node can have this name; ZooKeeper refuses others, and the package throws. */
export function canBeNode(key: Key): boolean {
  if (isSpecial(key) || storedKey(key) === undefined) return false;
  return !key.split("/").some((part) => part === "." || part === "..") && !UNPRINTABLE.test(key);
}

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/;
