import { join } from "node:path";
import { sentence, toErrors } from "../../config/problems.ts";
import { readToml } from "../../config/toml-file.ts";
import type { UnitDialect } from "../../config/unit-dialect.ts";
import { findUnitFiles, type UnitFile } from "../../config/unit-files.ts";
import type { NamedBackend } from "../../core/configuration.ts";
import { AppError } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { bytesToText } from "../../core/text.ts";
import { isTable } from "../../schema/table.ts";
import type { Outside } from "../command.ts";
import { parseArguments } from "../confd/arguments.ts";
import { translate } from "../confd/translate.ts";
import { OwnBackends } from "./own-backends.ts";
import { sentenceOf } from "./sentence.ts";
import { settingsOf } from "./settings-file.ts";
import type { ReadResource, Source } from "./source.ts";

/** Reads all that confd reads of a directory; `args` are those of its command line. Throws CONFIG_INVALID and USAGE. */
export async function readConfdir(directory: string, args: readonly string[], outside: Outside): Promise<Source> {
  const { files } = outside.ports;
  const units = join(directory, "conf.d");
  const toml = join(directory, "confd.toml");
  const named = (await files.stat(toml)) === undefined ? [] : ["--config-file", toml];
  const given = parseArguments([...args, "--confdir", directory, ...named]);
  // What this process's own environment says is not the configuration's.
  const { flags, compatible: { dialect = asItIs }, values, warnings } = await translate(given, { ...outside, env: { REMORA_STATE_DIR: directory } });
  const timed = ["debounce", "batch-interval"].some((name) => values.names.includes(name));
  const left = new Set(["confdir", ...(timed ? ["reconcile"] : ["reconcile", "wait-min", "wait-max"])]);
  const own = Object.fromEntries(Object.entries(flags).filter(([name]) => !left.has(name)));
  const backends = new OwnBackends(await settingsOf(own, outside));
  const found = await Promise.all((await findUnitFiles(units, files)).map((unit) => readFile(unit, files, dialect)));
  return {
    path: directory,
    resources: found.map((file) => placed(file, backends)),
    templates: await textsBelow(join(directory, "templates"), files),
    flags: { ...own, ...backends.flags },
    remarks: [
      ...warnings,
      ...(values.names.includes("interval") ? [`${values.label("interval")}: changes are followed as they come, and targets compared every minute; reconcile says otherwise`] : []),
      ...(values.text("prefix") && given.line === "original" ? [`${values.label("prefix")}: it stands in place of each resource's own prefix, as in the original confd`] : []),
    ],
  };
}

const asItIs: UnitDialect = async (_, { data }) => ({ data, problems: [], warnings: [] });

interface ReadFile extends ReadResource {
  readonly backend: NamedBackend | undefined;
}

async function readFile(unit: UnitFile, files: Files, dialect: UnitDialect): Promise<ReadFile> {
  const file = await readToml(unit.path, files);
  if (file === undefined) throw new AppError("CONFIG_INVALID", `Cannot read "${unit.path}": there is no such file`);
  const { data, problems, warnings, backend } = (await dialect(unit, file)) ?? { data: {}, problems: [], warnings: [], backend: undefined };
  const { template } = data;
  const remarks = await Promise.all(warnings.map((warning) => sentence(warning, file)));
  const undecided = (await toErrors(problems, file)).map(sentenceOf);
  const base = { name: unit.name, label: `${unit.name}.toml`, file, original: file.text, remarks, backend };
  if (!isTable(template)) return { ...base, keys: undefined, undecided: [`${file.path}: this is no resource of confd, which has one [template]`] };
  // Without its backend it would read other keys.
  if (problems.some(({ path }) => path[0] === "backend")) return { ...base, keys: undefined, undecided };
  // What has to be decided is left out, and said.
  const open = problems.map(({ path }) => (path[0] === "template" ? path[1] : undefined));
  return { ...base, keys: Object.fromEntries(Object.entries(template).filter(([key]) => !open.includes(key))), undecided };
}

/** A unit names its backend, whose options stand in the settings. */
function placed({ backend, ...resource }: ReadFile, backends: OwnBackends): ReadResource {
  const { keys, label, file } = resource;
  if (backend === undefined || keys === undefined) return resource;
  const place = backends.place({ label, table: file.data["backend"], backend });
  if (place.kind === "placed") return { ...resource, keys: place.name === undefined ? keys : { backend: place.name, ...keys } };
  const why = `${file.path}: its [backend] is another ${backend.kind} than that of ${place.by}, where [backends.${backend.kind}] of remora.toml has one place`;
  return { ...resource, keys: undefined, undecided: [...resource.undecided, why] };
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
