import { join } from "node:path";
import { AppError, reason } from "../core/error.ts";
import type { Files, Random } from "../core/ports.ts";

const FILE = "registrar-id";
const FORM = /^[0-9a-f]{16}$/;

/** Who this registrar is: made once, kept in the state directory, so that it outlives restarts and a change of the host's name. Throws STATE_DIR. */
export async function registrarId(stateDir: string, { files, random }: { readonly files: Files; readonly random: Random }): Promise<string> {
  const path = join(stateDir, FILE);
  try {
    await files.makeDirectory(stateDir, 0o700);
    return (await readId(path, files)) ?? (await makeId(path, files, random));
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("STATE_DIR", `Cannot keep the registrar's id in "${path}": ${reason(thrown)}`, { hint: "Name another directory with --state-dir", cause: thrown });
  }
}

async function readId(path: string, files: Files): Promise<string | undefined> {
  const content = await files.read(path);
  if (content === undefined) return undefined;
  const id = new TextDecoder().decode(content).trim();
  if (FORM.test(id)) return id;
  throw new AppError("STATE_DIR", `Cannot read the registrar's id in "${path}": it is not 16 hexadecimal digits`, { hint: "Remove the file: a new id is made, and what the old one registered ends with its TTL" });
}

/** The file appears whole; of two that make it at once one wins. */
async function makeId(path: string, files: Files, random: Random): Promise<string> {
  const id = random.hex(8);
  const prepared = `${path}.${id}`;
  try {
    {
      await using file = await files.create(prepared, 0o600);
      await file.write(new TextEncoder().encode(`${id}\n`));
      await file.sync();
    }
    await files.link(prepared, path);
    return id;
  } catch (thrown) {
    const winner = (thrown as { code?: string }).code === "EEXIST" ? await readId(path, files) : undefined;
    if (winner === undefined) throw thrown;
    return winner;
  } finally {
    await files.remove(prepared);
  }
}
