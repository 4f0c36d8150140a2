import { resolve } from "node:path";
import { readToml } from "../../config/toml-file.ts";
import { AppError } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { OPTIONS, tomlKeys } from "./options.ts";
import { unknownKeys } from "./values.ts";

const DEFAULT = "/etc/confd/confd.toml";

/** confd.toml, and what is odd about it. */
export interface ConfigFile {
  readonly data: Readonly<Record<string, unknown>>;
  /** How an error names one of its keys: "nodes of /etc/confd/confd.toml:3". */
  readonly label: (key: string) => string;
  readonly warnings: readonly string[];
}

/** Reads confd.toml; one that was named has to be there. Throws CONFIG_INVALID. */
export async function readConfigFile(named: string | undefined, files: Pick<Files, "read">, cwd: string): Promise<ConfigFile> {
  const path = resolve(cwd, named ?? DEFAULT);
  const file = await readToml(path, files);
  if (file === undefined && named !== undefined) throw new AppError("CONFIG_INVALID", `Cannot read "${path}": there is no such file`, { hint: "Correct --config-file, or leave it out" });
  const { data, text } = file ?? { data: {}, text: "" };
  const label = (key: string) => `${key} of ${[path, lineOf(text, key)].filter((part) => part !== undefined).join(":")}`;
  // The boot scripts of old name a resource here, which confd then takes for its own file without a word.
  if (Object.hasOwn(data, "template")) return { data: {}, label, warnings: [`${path}: this is a template resource and no confd.toml, so that nothing of it is taken as settings; resources are read from conf.d`] };
  const unknown = unknownKeys(data, OPTIONS.flatMap(tomlKeys));
  return { data, label, warnings: unknown.map(({ key, hint }) => `${label(key)}: this key is not known${hint === undefined ? "" : `. ${hint}`}`) };
}

/** The line of a key that stands outside of tables. */
function lineOf(text: string, key: string): number | undefined {
  const index = text.split("\n").findIndex((line) => line.replaceAll(/["'\s]/g, "").startsWith(`${key}=`) || line.replaceAll(/\s/g, "") === `[${key}]`);
  return index < 0 ? undefined : index + 1;
}
