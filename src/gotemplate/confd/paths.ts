import { posix } from "node:path";
import type { GoFunctionDefinition } from "../engine/definition.ts";

export const PATH_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "base",
    signature: "base(path string) string",
    doc: "The last part of a path; `.` of an empty one.",
    example: '{{range gets "/up/*"}}{{base .Key}} {{end}}',
    original: "the same",
    call: (_, path: string) => basePath(path),
  },
  {
    name: "dir",
    signature: "dir(path string) string",
    doc: "All of a path but its last part.",
    example: '{{dir "/a/b"}}',
    original: "the same",
    call: (_, path: string) => cleanPath(path.slice(0, path.lastIndexOf("/") + 1)),
  },
];

/** Go's path.Base. */
export function basePath(path: string): string {
  if (path === "") return ".";
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end -= 1;
  return end === 0 ? "/" : path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

/** Go's path.Clean. */
export function cleanPath(path: string): string {
  const clean = posix.normalize(path);
  return clean.length > 1 ? clean.replace(/\/$/, "") : clean;
}
