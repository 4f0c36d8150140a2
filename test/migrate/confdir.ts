import { remora } from "../support/remora.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

// A small directory of confd's.

/** A resource of the template of that name; $DIR is the test's directory. */
export function resource(name: string, more: string): string {
  return `[template]\nsrc = "${name}.tmpl"\ndest = "$DIR/out/${name}"\n${more}\n`;
}

/** A directory with the templates a, b and c, in "confd"; a file without text is left out. */
export async function confdir(files: Readonly<Record<string, string>>): Promise<TempDir> {
  const dir = await tempDir();
  const templates = Object.fromEntries(["a", "b", "c"].map((name) => [`templates/${name}.tmpl`, `${name} {{getv "/name"}}\n`]));
  for (const [name, text] of Object.entries({ ...templates, ...files })) if (text !== "") await dir.write(`confd/${name}`, text.replaceAll("$DIR", dir.path));
  return dir;
}

/** Migrates it. */
export function migrate(dir: TempDir, args: readonly string[] = [], confdArgs: readonly string[] = []) {
  return remora(["migrate", dir.join("confd"), ...args, ...(confdArgs.length === 0 ? [] : ["--", ...confdArgs])]);
}
