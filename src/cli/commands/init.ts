import { join, resolve } from "node:path";
import { AppError, reason } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Invocation } from "../command.ts";
import { READY_MADE } from "../ready-made.ts";
import { keysOf, type ReadyMadeSet, readyMadeSets } from "../ready-made-sets.ts";
import { formatTable } from "../table.ts";

const DEFAULT_CONFDIR = "/etc/remora";
const MODE = 0o644;

/** Copies the files of something ready-made into a configuration directory, none over another; without a name, lists what there is. */
export async function init({ outside, positionals, flags }: Invocation): Promise<number> {
  const sets = readyMadeSets(READY_MADE);
  const confdir = resolve(outside.cwd, typeof flags.confdir === "string" ? flags.confdir : outside.env["REMORA_CONFDIR"] || DEFAULT_CONFDIR);
  const [name, ...others] = positionals;
  if (others.length > 0) throw new AppError("USAGE", `Cannot do "init ${positionals.join(" ")}"`, { hint: "Name one: remora init nginx" });
  if (name === undefined) {
    outside.stdout.write(`${formatTable(sets.map((set) => [set.name, set.summary]))}\nremora init NAME copies one into ${confdir}; --readme tells all about it first.\n`);
    return 0;
  }
  const set = sets.find((candidate) => candidate.name === name);
  if (set === undefined) throw new AppError("USAGE", `There is nothing ready-made named "${name}"`, { hint: didYouMean(name, sets.map((known) => known.name)) ?? "remora init lists what there is" });
  if (flags.readme === true) {
    outside.stdout.write(set.readme);
    return 0;
  }
  for (const [path, text] of set.files) outside.stdout.write(`${await copy(text, join(confdir, path), outside.ports.files)}\n`);
  const configured = (await outside.ports.files.stat(join(confdir, "remora.toml"))) !== undefined;
  outside.stdout.write(nextSteps(set, { confdir, configured }));
  return 0;
}

/** Writes a file where there is none; answers what became of it. */
async function copy(text: string, path: string, files: Files): Promise<string> {
  const content = new TextEncoder().encode(text);
  try {
    await files.makeDirectory(join(path, ".."));
    await using file = await files.create(path, MODE);
    await file.write(content);
    return `Wrote ${path}`;
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code !== "EEXIST") throw new AppError("TARGET_FAILED", `Cannot write "${path}": ${reason(thrown)}`, { hint: "Name another directory with --confdir", cause: thrown });
    const present = await files.read(path).catch(() => undefined);
    const same = present !== undefined && Buffer.compare(present, content) === 0;
    return same ? `Kept  ${path}, which is the same` : `Kept  ${path}, which is there already and differs`;
  }
}

function nextSteps(set: ReadyMadeSet, { confdir, configured }: { readonly confdir: string; readonly configured: boolean }): string {
  const where = confdir === DEFAULT_CONFDIR ? "" : ` --confdir ${confdir}`;
  const [head = [], ...keys] = keysOf(set);
  const table = keys.length === 0 ? "" : `\nIt reads:\n\n${formatTable([head.map((cell) => cell.toUpperCase()), ...keys])}`;
  const first = configured ? [] : [[`remora keys put KEY VALUE${where}`, `give it keys, in ${confdir}/data.yaml; or write backend = "etcd" (consul, ...) into ${confdir}/remora.toml`]];
  const steps = formatTable([
    ...first,
    [`remora check${where}`, "is everything written correctly?"],
    [`remora render --dry-run${where}`, "what would change?"],
    [`remora run${where}`, "apply it, and follow"],
    [`remora init ${set.name} --readme`, "all about it"],
  ]);
  return `${table}\nNext:\n\n${steps}`;
}
