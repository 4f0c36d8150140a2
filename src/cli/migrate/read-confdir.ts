import { join } from "node:path";
import { sentence, toErrors } from "../../config/problems.ts";
import { readToml, type TomlFile } from "../../config/toml-file.ts";
import type { UnitDialect } from "../../config/unit-dialect.ts";
import { findUnitFiles, type UnitFile } from "../../config/unit-files.ts";
import { AppError } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { bytesToText } from "../../core/text.ts";
import type { Outside } from "../command.ts";
import { parseArguments } from "../confd/arguments.ts";
import { translate } from "../confd/translate.ts";
import { sentenceOf } from "./sentence.ts";

/** A resource of conf.d in Remora's words. */
export interface ReadResource {
  readonly name: string;
  readonly file: TomlFile;
  /** Undefined where it cannot be carried over. */
  readonly keys: Readonly<Record<string, unknown>> | undefined;
  /** What somebody has to decide, in sentences. */
  readonly undecided: readonly string[];
  /** What is to be known, in sentences. */
  readonly remarks: readonly string[];
}

/** A directory of confd's. */
export interface Confdir {
  readonly directory: string;
  readonly resources: readonly ReadResource[];
  /** The texts of the files below templates/, by their names there. */
  readonly templates: ReadonlyMap<string, string>;
  /** Remora's settings, as flags. */
  readonly flags: Readonly<Record<string, string | readonly string[]>>;
  readonly remarks: readonly string[];
}

/** Reads all that confd reads of a directory; `args` are those of its command line. Throws CONFIG_INVALID and USAGE. */
export async function readConfdir(directory: string, args: readonly string[], outside: Outside): Promise<Confdir> {
  const { files } = outside.ports;
  const units = join(directory, "conf.d");
  if ((await files.stat(units))?.type !== "directory") throw new AppError("CONFIG_INVALID", `Cannot read "${directory}": there is no conf.d in it`, { hint: "Name the directory that confd is given as -confdir" });
  const toml = join(directory, "confd.toml");
  const named = (await files.stat(toml)) === undefined ? [] : ["--config-file", toml];
  const given = parseArguments([...args, "--confdir", directory, ...named]);
  // What this process's own environment says is not the configuration's.
  const { flags, compatible: { dialect = asItIs }, values, warnings } = await translate(given, { ...outside, env: { REMORA_STATE_DIR: directory } });
  const timed = ["debounce", "batch-interval"].some((name) => values.names.includes(name));
  const left = new Set(["confdir", ...(timed ? ["reconcile"] : ["reconcile", "wait-min", "wait-max"])]);
  const found = await findUnitFiles(units, files);
  return {
    directory,
    resources: await Promise.all(found.map((unit) => readResource(unit, files, dialect))),
    templates: await textsBelow(join(directory, "templates"), files),
    flags: Object.fromEntries(Object.entries(flags).filter(([name]) => !left.has(name))),
    remarks: [
      ...warnings,
      ...(values.names.includes("interval") ? [`${values.label("interval")}: changes are followed as they come, and targets compared every minute; reconcile says otherwise`] : []),
      ...(values.text("prefix") && given.line === "original" ? [`${values.label("prefix")}: it stands in place of each resource's own prefix, as in the original confd`] : []),
    ],
  };
}

const asItIs: UnitDialect = async (_, { data }) => ({ data, problems: [], warnings: [] });

async function readResource(unit: UnitFile, files: Files, dialect: UnitDialect): Promise<ReadResource> {
  const file = await readToml(unit.path, files);
  if (file === undefined) throw new AppError("CONFIG_INVALID", `Cannot read "${unit.path}": there is no such file`);
  const { data, problems, warnings, backend } = (await dialect(unit, file)) ?? { data: {}, problems: [], warnings: [], backend: undefined };
  const { template } = data;
  const remarks = await Promise.all(warnings.map((warning) => sentence(warning, file)));
  const undecided = (await toErrors(problems, file)).map(sentenceOf);
  const base = { name: unit.name, file, remarks };
  if (typeof template !== "object" || template === null || Array.isArray(template)) return { ...base, keys: undefined, undecided: [`${file.path}: this is no resource of confd, which has one [template]`] };
  if (backend !== undefined) return { ...base, keys: undefined, undecided: [...undecided, `${file.path}: it has a [backend] of its own, where units of Remora name one in each key: getv("${backend.kind}:/key")`] };
  // What has to be decided is left out, and said.
  const open = problems.map(({ path }) => (path[0] === "template" ? path[1] : undefined));
  return { ...base, keys: Object.fromEntries(Object.entries(template as object).filter(([key]) => !open.includes(key))), undecided };
}

/** Hidden names, and so Kubernetes' "..data", are left out, as are symlinks to a folder above. */
async function textsBelow(directory: string, files: Pick<Files, "list" | "stat" | "read" | "realpath">, folder = "", above: readonly string[] = []): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const names = (await files.list(join(directory, folder))).filter((name) => !name.startsWith("."));
  const real = names.length === 0 ? "" : await files.realpath(join(directory, folder));
  if (above.includes(real)) return texts;
  for (const name of names) {
    const path = join(folder, name);
    if ((await files.stat(join(directory, path)))?.type === "directory") {
      for (const [inner, text] of await textsBelow(directory, files, path, [...above, real])) texts.set(inner, text);
      continue;
    }
    const bytes = await files.read(join(directory, path));
    if (bytes !== undefined) texts.set(path, bytesToText(bytes));
  }
  return texts;
}
