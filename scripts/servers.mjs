import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { debianMirror, privateApt } from "./debian.mjs";
import { bringForeignLibraries, missingForeign } from "./foreign-libraries.mjs";
import { bringPythonPackages, missingPythonPackages } from "./python-packages.mjs";
import { capture, ROOT, run } from "./run.mjs";

/** The programs that tests run, and the Debian package that brings each. */
const PROGRAMS = {
  etcd: "etcd-server",
  etcdctl: "etcd-client",
  nginx: "nginx",
  openssl: "openssl",
  consul: "consul",
  gpg: "gnupg",
  "redis-server": "redis-server",
  "zkServer.sh": "zookeeper",
  "crypt-xordataexchange": "golang-github-xordataexchange-crypt",
  dockerd: "docker.io",
  docker: "docker.io",
  busybox: "busybox-static",
  debootstrap: "debootstrap",
  "docker-compose": "docker-compose",
  ip: "iproute2",
  "systemd-analyze": "systemd",
  haproxy: "haproxy",
  caddy: "caddy",
  rsyslogd: "rsyslog",
  promtool: "prometheus",
  nagios4: "nagios4-core",
  php: "php-cli",
  mariadbd: "mariadb-server-core",
  mariadb: "mariadb-client-core",
  socat: "socat",
  prometheus: "prometheus",
  curl: "curl",
  jq: "jq",
  faketime: "faketime",
  chromium: "chromium",
  dnsmasq: "dnsmasq-base",
};

/** The programs that nobody packages: with them more is tested, and without them a run says what was not. */
const OPTIONAL = { vault: "Vault itself was not tested, only the answers that its documentation shows: put a \"vault\" program on the PATH" };

/** The Python modules that tests use, and the Debian package that brings each. */
const PYTHON_MODULES = { nacl: "python3-nacl" };

/** The libraries that those programs load, and the Debian package that brings each. */
const LIBRARIES = { "/usr/lib/galera/libgalera_smm.so": "galera-4" };

/** The extensions of PHP that tests use, and the Debian package that brings each. */
const PHP_EXTENSIONS = { mysqli: "php-mysql" };

const CONSUL_DIR = join(ROOT, ".cache/consul");
/** The last Debian release that carries Consul. */
const CONSUL_RELEASE = "bullseye";

/** The search path for tests: this process's own, the folders of servers, and what was unpacked here. */
export const TEST_PATH = [process.env.PATH, "/usr/sbin", "/sbin", "/usr/share/zookeeper/bin", join(CONSUL_DIR, "usr/bin")].join(delimiter);

/** Brings the servers that tests need; answers a sentence for each that could not be had. */
export async function bringServers() {
  const packages = [...missingPrograms().filter((name) => name !== "consul").map((name) => PROGRAMS[name]), ...Object.values(missingParts())];
  if (packages.length > 0 && canInstall()) await aptInstall(packages);
  if (!isThere("consul")) await unpackConsul();
  await bringForeignLibraries();
  bringPythonPackages();
  return [...missingPrograms().map((name) => `${name} is missing: ${remedy(name)}`), ...Object.entries(missingParts()).map(([name, packed]) => `${name} is missing: ${packageRemedy(packed)}`)];
}

/** A sentence for each program whose tests do not run, as it is not there. */
export function untested() {
  return [...Object.entries(OPTIONAL).flatMap(([name, sentence]) => (isThere(name) ? [] : [sentence])), ...missingForeign(), ...missingPythonPackages()];
}

/** What is no program of its own and missing, with the package that brings it. */
function missingParts() {
  const extensions = (capture("php", ["-m"]) ?? "").split("\n");
  return Object.fromEntries([
    ...Object.entries(PYTHON_MODULES).filter(([name]) => !["/usr/bin/python3", "python3"].some((python) => capture(python, ["-c", `import ${name}`]) !== undefined)).map(([name, packed]) => [`Python's ${name}`, packed]),
    ...Object.entries(LIBRARIES).filter(([path]) => !existsSync(path)),
    ...Object.entries(PHP_EXTENSIONS).filter(([name]) => !extensions.includes(name)).map(([name, packed]) => [`PHP's ${name}`, packed]),
  ]);
}

function missingPrograms() {
  return Object.keys(PROGRAMS).filter((name) => !isThere(name));
}

function isThere(program) {
  return TEST_PATH.split(delimiter).some((directory) => directory !== "" && existsSync(join(directory, program)));
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version");
}

async function aptInstall(packages) {
  console.log(`Installing ${packages.join(", ")} (apt-get)`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () => run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
  if ((await install()) === 0) return;
  await run("apt-get", ["update", "-qq"], { env });
  await install();
}

/** Takes Consul alone from an older Debian, with a package list of its own: the system's sources stay as they are. */
async function unpackConsul() {
  const mirror = debianMirror();
  if (mirror === undefined) return;
  console.log(`Unpacking Consul of Debian ${CONSUL_RELEASE} below .cache/consul`);
  const work = mkdtempSync(join(tmpdir(), "remora-apt-"));
  try {
    const apt = privateApt(work, { mirror, release: CONSUL_RELEASE });
    if ((await apt("update")) !== 0 || (await apt("download", "consul")) !== 0) return;
    const archive = readdirSync(work).find((name) => name.endsWith(".deb"));
    mkdirSync(CONSUL_DIR, { recursive: true });
    if (archive !== undefined) await run("dpkg-deb", ["-x", join(work, archive), CONSUL_DIR]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function remedy(name) {
  if (name === "consul") return 'put a "consul" program (1.8 or later) on the PATH; HashiCorp and most distributions offer one';
  return packageRemedy(PROGRAMS[name]);
}

function packageRemedy(name) {
  return canInstall() ? `"apt-get install ${name}" failed, see above` : `install it, on Debian as root by "apt-get install ${name}"`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const missing = await bringServers();
  for (const sentence of missing) console.error(sentence);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
