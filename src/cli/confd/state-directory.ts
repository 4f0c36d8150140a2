import { dirname, join, resolve } from "node:path";
import { AppError } from "../../core/error.ts";
import type { Outside } from "../command.ts";

const HOME = "/var/lib/remora";
const HASH_LENGTH = 12;
const HINT = "Set REMORA_STATE_DIR to a directory of your own";

/** Where it is remembered what was written: confd has no such place, so that each confdir is given one. Throws STATE_DIR. */
export async function stateDirectory(confdir: string, { cwd, env, uid, hash, ports: { files } }: Outside, program = "confd"): Promise<string> {
  const id = hash(new TextEncoder().encode(resolve(cwd, confdir))).slice(0, HASH_LENGTH);
  const usual = join(HOME, `${program}-${id}`);
  if (await canBeMade(usual, files)) return usual;
  const temporary = join(env["TMPDIR"] || "/tmp", `remora-${program}-${uid}-${id}`);
  if ((await files.lstat(temporary)) === undefined) await files.makeDirectory(temporary, 0o700);
  const stat = await files.lstat(temporary);
  // Anybody may have put something in our place there.
  if (stat?.type !== "directory" || stat.uid !== uid || (stat.mode & 0o077) !== 0) throw new AppError("STATE_DIR", `Cannot use "${temporary}" as state directory: it is not a directory of this user alone`, { hint: HINT });
  return temporary;
}

async function canBeMade(path: string, files: Outside["ports"]["files"]): Promise<boolean> {
  let nearest = path;
  while ((await files.stat(nearest).catch(() => undefined)) === undefined && nearest !== dirname(nearest)) nearest = dirname(nearest);
  return files.writable(nearest);
}
