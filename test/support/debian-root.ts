import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "./process.ts";
import { requireProgram } from "./requires.ts";

/** Beside a minimal Debian: what the containers of the examples run. */
const PACKAGES = ["ca-certificates", "etcd-server", "nginx", "python3"];
const CACHE = new URL("../../.cache/debian", import.meta.url).pathname;

/** The path of an archive with the root of a small Debian; made once, from the mirror that this machine's apt uses. */
export async function debianRoot(): Promise<string> {
  const { debianMirror } = (await import(new URL("../../scripts/debian.mjs", import.meta.url).href)) as { debianMirror: () => string | undefined };
  const mirror = debianMirror();
  const release = /^VERSION_CODENAME=(.*)$/m.exec(await readFile("/etc/os-release", "utf8"))?.[1];
  if (mirror === undefined || release === undefined) throw new Error("This test needs Debian, to make an image of it with debootstrap");
  await mkdir(CACHE, { recursive: true });
  const archive = join(CACHE, `${release}-${createHash("sha256").update(PACKAGES.join()).digest("hex").slice(0, 8)}.tar`);
  // Of two tests that start at once, one makes it and the other waits.
  const { code, stderr } = await runProgram(["flock", join(CACHE, "lock"), "sh", "-c", MAKE, requireProgram("debootstrap"), archive, release, mirror, PACKAGES.join()]);
  if (code !== 0) throw new Error(`Cannot make an image of Debian: ${stderr.slice(-2_000)}`);
  return archive;
}

const MAKE = `
test ! -e "$1" || exit 0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 1
PATH=$PATH:/usr/sbin:/sbin "$0" --variant=minbase --include="$4" "$2" "$work/root" "$3" > "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/doc/* "$work"/root/usr/share/locale/* "$work"/root/debootstrap
tar -C "$work/root" --exclude=./proc/* --exclude=./sys/* --exclude=./dev/* -cf "$1.part" . && mv "$1.part" "$1"
`;
