import type { Key } from "./key.ts";

/** A key with the backend that holds it. */
export interface Ref {
  readonly backend: string;
  readonly key: Key;
}

/** What a render read: one key, or all below a prefix. */
export interface Dependency extends Ref {
  readonly scope: "key" | "prefix";
}

/** "etcd:/db/host", and "etcd:/up/..." for a prefix. */
export function formatDependency({ backend, key, scope }: Dependency): string {
  return `${backend}:${key}${scope === "prefix" ? (key === "/" ? "..." : "/...") : ""}`;
}
