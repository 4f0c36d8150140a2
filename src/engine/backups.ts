import { join } from "node:path";
import { stage } from "../output/staged-file.ts";
import type { ApplyContext } from "./apply-unit.ts";

/** Keeps a copy of each target that exists, with its mode and owner; answers where, by target. */
export async function backUp(targets: readonly string[], { ports, stateDir }: ApplyContext): Promise<Record<string, string>> {
  const directory = join(stateDir, "backup");
  await ports.files.makeDirectory(directory, 0o700);
  const kept: Record<string, string> = {};
  for (const target of targets) {
    const content = await ports.files.read(target);
    if (content === undefined) continue;
    const path = join(directory, ports.random.hex(8));
    await using copy = await ports.files.create(path, 0o600);
    await copy.write(content);
    const { uid, gid, mode } = (await ports.files.stat(target)) ?? { uid: -1, gid: -1, mode: 0o600 };
    // Only root may give files away; who may not could not have written another's target either.
    await copy.chown(uid, gid).catch(() => {});
    await copy.chmod(mode);
    await copy.sync();
    kept[target] = path;
  }
  return kept;
}

/** Keeps what the target holds beside it, with its mode, in place of what was kept before. */
export async function keepFormer(target: string, { ports, stateDir, hash }: ApplyContext): Promise<void> {
  const content = await ports.files.read(target);
  if (content === undefined) return;
  const { mode } = (await ports.files.stat(target)) ?? {};
  await using staged = await stage({ target: `${target}.bak`, content, mode, uid: undefined, gid: undefined }, { ...ports, fallbackDir: join(stateDir, "staged"), hash });
  await staged.commit();
}

/** Puts the copies back in place of their targets; answers the hashes that are on disk now. */
export async function restore(backups: Readonly<Record<string, string>>, { ports, stateDir, hash }: ApplyContext): Promise<ReadonlyMap<string, string>> {
  const restored = new Map<string, string>();
  for (const [target, path] of Object.entries(backups)) {
    const content = await ports.files.read(path);
    if (content === undefined) continue;
    // A file that went comes back as it was.
    const copied = (await ports.files.stat(target)) === undefined ? await ports.files.stat(path) : undefined;
    await using staged = await stage({ target, content, mode: copied?.mode, uid: copied?.uid, gid: copied?.gid }, { ...ports, fallbackDir: join(stateDir, "staged"), hash });
    await staged.commit();
    restored.set(target, staged.hash);
  }
  return restored;
}
