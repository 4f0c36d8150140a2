import type { ChildProcess } from "node:child_process";

const own = new Set<number>();

/** Keeps a child for the runtime, which started it and waits for its end itself. */
export function keepAsOwn(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  own.add(pid);
  child.once("exit", () => own.delete(pid));
}

/** Whether the runtime waits for the end of this one. */
export function isOwn(pid: number): boolean {
  return own.has(pid);
}
