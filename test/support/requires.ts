import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const UNPACKED = new URL("../../.cache/consul/usr/bin", import.meta.url).pathname;

/** The path of a program that a test runs; throws a sentence when it is not installed. */
export function requireProgram(name: "etcd" | "etcdctl" | "consul" | "nginx" | "openssl" | "gpg" | "gpgconf" | "redis-server" | "zkServer.sh" | "crypt-xordataexchange" | "dockerd" | "docker" | "docker-compose" | "debootstrap" | "busybox" | "systemd-analyze" | "haproxy" | "caddy" | "rsyslogd" | "promtool" | "nagios4" | "php" | "chromium" | "mariadbd" | "mariadb" | "mariadb-install-db" | "socat" | "redis-cli" | "prometheus" | "curl" | "dnsmasq"): string {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/share/zookeeper/bin", UNPACKED];
  const found = directories.filter((directory) => directory !== "").map((directory) => join(directory, name)).find(isExecutable);
  if (found === undefined) throw new Error(`This test needs "${name}", which is not installed: "npm test" brings it, or says how to get it`);
  return found;
}

/** The path of a program that need not be there: without it its tests do not run, and the closing lines of a run say so (scripts/servers.mjs). */
export function findProgram(name: "vault"): string | undefined {
  return (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, name)).find(isExecutable);
}

/** The path of a library that a program is run with; throws a sentence when it is not installed. */
export function requireLibrary(name: "libfaketime.so.1"): string {
  const found = readdirSync("/usr/lib").map((folder) => join("/usr/lib", folder, "faketime", name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`This test needs "${name}", which is not installed: "npm test" brings it, or says how to get it`);
  return found;
}

/** The path of a Python that has a module; throws a sentence when there is none. */
export function requirePython(module: "nacl"): string {
  // Debian's packages belong to its own Python, which need not be the first one.
  const found = ["/usr/bin/python3", "python3"].find((python) => spawnSync(python, ["-c", `import ${module}`]).status === 0);
  if (found === undefined) throw new Error(`This test needs Python 3 with "${module}", which is not installed: "npm test" brings it, or says how to get it`);
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
