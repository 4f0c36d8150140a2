import assert from "node:assert/strict";
import { type Project, project, remora } from "./remora.ts";

/** A project with a private key, "own.key", that its settings open with and seal for. */
export interface KeyedProject extends Project {
  readonly publicKey: string;
  /** Writes remora.toml: what is given, then [secrets]. */
  configure(toml: string): Promise<void>;
}

/** Makes one. */
export async function keyedProject(files: Readonly<Record<string, string>> = {}): Promise<KeyedProject> {
  const app = await project(files);
  const publicKey = await makeKey(app.directory.join("own.key"));
  const configure = async (toml: string) => void (await app.write("remora.toml", `${toml}\n[secrets]\nkeyring = ["own.key"]\nrecipients = ["${publicKey}"]\n`));
  await configure("");
  return { ...app, publicKey, configure };
}

/** Writes a private key; answers the public one. */
export async function makeKey(path: string): Promise<string> {
  const { code, stdout, stderr } = await remora(["secret", "keygen", "--out", path]);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}
