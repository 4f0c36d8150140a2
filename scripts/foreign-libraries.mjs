import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { debianMirror, privateApt } from "./debian.mjs";
import { capture, ROOT, run } from "./run.mjs";

/** Debian's release whose musl knows the relocations (DT_RELR, from musl 1.2.4) that Alpine's libraries have. */
const RELEASE = "trixie";
/** A Python package that carries Alpine's libstdc++ and libgcc_s, which Debian has for glibc alone. */
const CARRIER = "rapidfuzz==3.14.6";

/** The libraries that executables for other machines need to run here, by processor. */
export const FOREIGN = {
  x64: { architecture: "amd64", machine: "x86_64", packages: ["musl"], carrierHash: "f9b0a501f37fb852c54469375baa25874246b3bbc8b6e21fb4cd186a32335868" },
  arm64: { architecture: "arm64", machine: "aarch64", packages: ["musl", "libc6"], carrierHash: "e06c6050c9bf6cd72305e3e6a293918b2b92cf2a067007585a53898624902e3c" },
};

const PROCESSORS = Object.keys(FOREIGN);

/** The folder that stands for the root of such a machine; those of musl are in musl-libs below it, and the emulator for it, where this is another machine, is "qemu". */
export function foreignRoot(processor) {
  return join(ROOT, ".cache/foreign", processor);
}

/** Brings what is missing of them, and QEMU for the other processor. */
export async function bringForeignLibraries() {
  for (const processor of PROCESSORS.filter((each) => !existsSync(foreignRoot(each)))) await bring(processor);
}

/** A sentence for each processor whose executables are not run by the tests. */
export function missingForeign() {
  return PROCESSORS.filter((each) => !existsSync(foreignRoot(each))).map((each) => `The executables for musl and for ${each} were not run: what they need could not be had as packages of Debian and of Python`);
}

async function bring(processor) {
  const mirror = debianMirror();
  if (mirror === undefined) return;
  console.log(`Unpacking the libraries that executables for ${processor} run with, below .cache/foreign`);
  const path = foreignRoot(processor);
  mkdirSync(dirname(path), { recursive: true });
  const work = mkdtempSync(`${path}.`);
  try {
    const root = join(work, "root");
    if ((await unpackPackages(processor, mirror, work, root)) && unpackCarrier(processor, work, join(root, "musl-libs")) && (await unpackEmulator(processor, work, root))) renameSync(root, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function unpackPackages(processor, mirror, work, root) {
  const { architecture, packages } = FOREIGN[processor];
  const apt = privateApt(work, { mirror, release: RELEASE, architecture });
  if ((await apt("update")) !== 0 || (await apt("download", ...packages)) !== 0) return false;
  mkdirSync(root);
  // The packages have their libraries below /usr, and look for them below /lib.
  symlinkSync("usr/lib", join(root, "lib"));
  return filesOf(work, ".deb").every((archive) => capture("dpkg-deb", ["-x", archive, join(work, "unpacked")]) !== undefined) && capture("cp", ["-a", join(work, "unpacked/usr"), root]) !== undefined;
}

function unpackCarrier(processor, work, folder) {
  const { machine, carrierHash } = FOREIGN[processor];
  writeFileSync(join(work, "requirements.txt"), `${CARRIER} --hash=sha256:${carrierHash}\n`);
  const flags = ["--quiet", "--no-deps", "--only-binary=:all:", "--python-version=3.12", `--platform=musllinux_1_2_${machine}`, "--require-hashes"];
  if (capture("python3", ["-m", "pip", "download", ...flags, "-r", "requirements.txt"], { cwd: work }) === undefined) return false;
  const wheel = filesOf(work, ".whl")[0];
  if (capture("python3", ["-m", "zipfile", "-e", wheel, join(work, "wheel")]) === undefined) return false;
  const libraries = join(work, "wheel/rapidfuzz.libs");
  mkdirSync(folder);
  for (const name of readdirSync(libraries)) {
    copyFileSync(join(libraries, name), join(folder, name));
    // "libstdc++-5d72f927.so.6.0.33" is libstdc++.so.6 to all but the package itself.
    if (name.startsWith("libstdc++")) symlinkSync(name, join(folder, "libstdc++.so.6"));
  }
  return true;
}

async function unpackEmulator(processor, work, root) {
  if (processor === process.arch) return true;
  const own = join(work, "emulator");
  mkdirSync(own);
  const download = () => run("apt-get", ["-qq", "-o", "APT::Sandbox::User=root", "download", "qemu-user-static"], { cwd: own });
  if ((await download()) !== 0 && ((await run("apt-get", ["-qq", "update"])) !== 0 || (await download()) !== 0)) return false;
  if (capture("dpkg-deb", ["-x", filesOf(own, ".deb")[0], own]) === undefined) return false;
  copyFileSync(join(own, `usr/bin/qemu-${FOREIGN[processor].machine}-static`), join(root, "qemu"));
  return true;
}

function filesOf(folder, ending) {
  return readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}
