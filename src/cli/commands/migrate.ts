import { dirname, join, resolve } from "node:path";
import { backends } from "../../backends/index.ts";
import { readSamples } from "../../backends/samples.ts";
import { loadConfiguration } from "../../config/load.ts";
import { oneError } from "../../config/problems.ts";
import type { BackendPorts } from "../../core/backend.ts";
import type { Settings } from "../../core/configuration.ts";
import { AppError, reason } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { textToBytes } from "../../core/text.ts";
import { Mirrors } from "../../engine/mirrors.ts";
import { openTemplates } from "../../engine/open-templates.ts";
import { makePlan } from "../../engine/plan.ts";
import type { Invocation } from "../command.ts";
import { newFiles, newUnits, type NewFile } from "../migrate/new-files.ts";
import { type Given, prove } from "../migrate/prove.ts";
import { readSource } from "../migrate/read-source.ts";
import { nextSteps, report } from "../migrate/report.ts";
import { settingsFile, settingsOf } from "../migrate/settings-file.ts";
import type { Source } from "../migrate/source.ts";
import { inNunjucks, type Migrated, translateAll } from "../migrate/templates.ts";

const [MODE, SECRET_MODE] = [0o644, 0o600];
/** Of directories. */
const [ALL, OTHERS, OWNER_ONLY, FOR_ALL] = [0o777, 0o077, 0o700, 0o755];
const UNDECIDED = 2;
const EXAMPLE = "Name one: remora migrate /etc/confd, or remora migrate /etc/consul-template.hcl";

/** Writes Remora's own form of another program's configuration beside it, and shows that it gives the same. */
export async function migrate(invocation: Invocation): Promise<number> {
  const { outside } = invocation;
  const { path, target, args } = placesOf(invocation);
  const { files } = outside.ports;
  if ((await files.lstat(target)) !== undefined) throw new AppError("TARGET_FAILED", `Cannot write "${target}": it is there already`, { hint: "Name a new directory with --to, or remove that one" });
  const source = await readSource(path, args, outside);
  const settings = await settingsOf(source.flags, outside);
  const migrated = await proven(await translateAll(source, settings), { source, settings, target }, invocation);
  const units = newUnits(migrated);
  const { text, secret } = settingsFile(source, outside.cwd);
  const told = report(source, migrated, units, target);
  const all: readonly NewFile[] = [{ name: "remora.toml", text, ...(secret ? { mode: SECRET_MODE } : {}) }, ...newFiles(source, migrated, units), { name: "MIGRATED.md", text: told + nextSteps(source, target) }];
  await make(target, await modeFor(path, files), files);
  for (const file of all) await write(file, target, files);
  outside.stdout.write(told + nextSteps(source, target));
  await checkSound(target, invocation);
  return [source, ...migrated].some(({ undecided = [] }) => undecided.length > 0) ? UNDECIDED : 0;
}

interface Places {
  /** Undefined where the command line alone says what there is. */
  readonly path: string | undefined;
  readonly target: string;
  readonly args: readonly string[];
}

function placesOf({ positionals, rest = [], flags, outside }: Invocation): Places {
  const [name, ...others] = positionals.slice(0, positionals.length - rest.length);
  const to = typeof flags.to === "string" ? resolve(outside.cwd, flags.to) : undefined;
  if (flags.values !== undefined && flags.online === true) throw new AppError("USAGE", "--online and --values contradict each other", { hint: "Values are taken from a file or from the backend" });
  if (others.length > 0) throw new AppError("USAGE", `Cannot do "migrate ${positionals.join(" ")}"`, { hint: EXAMPLE });
  if (name !== undefined) return { path: resolve(outside.cwd, name), target: to ?? `${resolve(outside.cwd, name).replace(/(?<=[^/])\.(hcl|json)$/, "")}-remora`, args: rest };
  if (rest.length === 0) throw new AppError("USAGE", "There is no directory to migrate", { hint: EXAMPLE });
  if (to === undefined) throw new AppError("USAGE", "There is no directory to migrate, and none to write to", { hint: `${EXAMPLE}; templates that consul-template's command line names need --to alone` });
  return { path: undefined, target: to, args: rest };
}

/** Templates whose translation is not shown to give the same bytes stay as they were. */
async function proven(migrated: readonly Migrated[], { source, settings, target }: { readonly source: Source; readonly settings: Settings; readonly target: string }, invocation: Invocation): Promise<readonly Migrated[]> {
  const { outside } = invocation;
  const templatesDir = join(target, "templates");
  const translated = migrated.flatMap((each) => (each.unit === undefined || each.nunjucks === undefined ? [] : [{ each, unit: each.unit, nunjucks: each.nunjucks }]));
  const pairs = translated.map(({ unit, nunjucks }) => ({ old: { ...unit, name: `before/${unit.name}` }, new: inNunjucks(unit, nunjucks.src), candidates: nunjucks.candidates }));
  const texts = new Map([...source.templates, ...translated.map(({ nunjucks }) => [nunjucks.src, nunjucks.text] as const)].map(([name, text]) => [join(templatesDir, name), text]));
  const machine = { hostname: outside.hostname, exists: outside.existsNow, interfaces: () => outside.ports.network.interfaces() };
  const engine = await openTemplates({ units: pairs.flatMap((pair) => [pair.old, pair.new]), templatesDir }, { readFile: (path) => texts.get(path), machine });
  const ports = { ...outside.ports, log: invocation.log(settings.log), mask: invocation.mask };
  const proofs = await prove(pairs, { settings, engine, templatesDir, given: await givenValues(settings, invocation, ports), outside, ports });
  const found = new Map(translated.map(({ each }, index) => [each, proofs[index]]));
  return migrated.map((each) => {
    const proof = found.get(each);
    if (proof === undefined || proof.kind === "equal") return { ...each, ...(proof === undefined ? {} : { proof }) };
    return { ...each, nunjucks: undefined, stays: proof.reason };
  });
}

async function givenValues({ backend, backends: options }: Settings, { flags, outside }: Invocation, ports: Omit<BackendPorts, "env">): Promise<Given | undefined> {
  const opening = (definitions: typeof backends, given: Readonly<Record<string, unknown>>) => () => new Mirrors({ definitions, options: given, ports: { ...ports, env: outside.env }, onChange: () => {} });
  if (flags.online === true) return { label: backend, openMirrors: opening(backends, options) };
  if (typeof flags.values !== "string") return undefined;
  const { definitions } = await readSamples(resolve(outside.cwd, flags.values), outside.ports.files, { names: backends.map(({ name }) => name), defaultBackend: backend });
  return { label: flags.values, openMirrors: opening(definitions, {}) };
}

/** Who may not read what was read may not read what it becomes. */
async function modeFor(path: string | undefined, files: Files): Promise<number> {
  const { type, mode = FOR_ALL } = (path === undefined ? undefined : await files.stat(path)) ?? {};
  if (type === "directory") return (mode & ALL) | OWNER_ONLY;
  return (mode & OTHERS) === 0 ? OWNER_ONLY : FOR_ALL;
}

async function make(target: string, mode: number, files: Files): Promise<void> {
  try {
    await files.makeDirectory(target, mode);
  } catch (thrown) {
    throw new AppError("TARGET_FAILED", `Cannot make "${target}": ${reason(thrown)}`, { hint: "Name another directory with --to", cause: thrown });
  }
}

async function write({ name, text, mode = MODE }: NewFile, target: string, files: Files): Promise<void> {
  const path = join(target, name);
  try {
    await files.makeDirectory(dirname(path));
    await using file = await files.create(path, mode);
    await file.write(textToBytes(text));
  } catch (thrown) {
    throw new AppError("TARGET_FAILED", `Cannot write "${path}": ${reason(thrown)}`, { hint: "Name another directory with --to", cause: thrown });
  }
}

/** What was written is read as Remora will read it. Throws CONFIG_INVALID. */
async function checkSound(target: string, { outside }: Invocation): Promise<void> {
  const { configuration } = await loadConfiguration({ files: outside.ports.files, env: {}, flags: { confdir: target }, cwd: outside.cwd });
  const templates = await openTemplates(configuration, { readFile: outside.readFileNow, machine: { hostname: outside.hostname, exists: outside.existsNow, interfaces: () => [] } });
  const { broken } = makePlan(configuration, templates);
  if (broken.length > 0) throw oneError(broken);
}
