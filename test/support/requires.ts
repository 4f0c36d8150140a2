import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const UNPACKED = new URL("../../.cache/consul/usr/bin", import.meta.url).pathname;

/** The path of a program that a test runs; throws a sentence when it is not installed. */
export function requireProgram(name: "etcd" | "etcdctl" | "consul" | "nginx" | "openssl"): string {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", UNPACKED];
  const found = directories.filter((directory) => directory !== "").map((directory) => join(directory, name)).find(isExecutable);
  if (found === undefined) throw new Error(`This test needs "${name}", which is not installed: "npm test" brings it, or says how to get it`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
