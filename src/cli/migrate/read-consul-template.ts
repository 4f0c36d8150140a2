import { basename, dirname, extname, isAbsolute, relative } from "node:path";
import { isTable } from "../../schema/table.ts";
import { bytesToText } from "../../core/text.ts";
import { unitText } from "../../migrate/index.ts";
import type { Outside } from "../command.ts";
import { parseArguments } from "../consul-template/arguments.ts";
import { type Place, readConfigured, shown } from "../consul-template/config-file.ts";
import { type Translated, translate } from "../consul-template/translate.ts";
import type { TemplateUnit } from "../consul-template/units.ts";
import { appEnvironment } from "./app-environment.ts";
import type { ReadResource, Source } from "./source.ts";

const ENDINGS = [".ctmpl", ".tmpl", ".tpl", ".hcl"];

/** Reads configurations of consul-template's, in their order; `args` are those of its command line. Throws CONFIG_INVALID and USAGE. */
export async function readConsulTemplate(path: string, configurations: readonly string[], args: readonly string[], outside: Outside): Promise<Source> {
  const { given } = parseArguments([...configurations.flatMap((file) => ["-config", file]), ...args]);
  // What this process's own environment says is not the configuration's.
  const env = { REMORA_STATE_DIR: path };
  const translated = await translate(given, { ...outside, env });
  const { units, flags, app, contentsOf } = translated;
  const names = new Names();
  const templates = new Map<string, string>();
  const resources: ReadResource[] = [];
  for (const unit of units) {
    const text = contentsOf(unit.source) ?? (await textAt(unit.source, outside));
    const src = names.template(unit.source, contentsOf(unit.source) !== undefined);
    if (text !== undefined) templates.set(src, text);
    resources.push(resourceOf(unit, { src, name: names.unit(targetOf(unit)), isThere: text !== undefined, from: configurations.includes(path) ? dirname(path) : path }));
  }
  const left = new Set(["state-dir", ...(app === undefined ? ["kill-signal", "kill-timeout", "splay"] : [])]);
  const own = app === undefined ? undefined : appEnvironment(given, await readConfigured((given.get("config") ?? []) as readonly string[], { files: outside.ports.files, cwd: outside.cwd, env }));
  return {
    path,
    resources,
    templates,
    flags: { ...Object.fromEntries(Object.entries(flags).filter(([name]) => !left.has(name))), ...own?.flags },
    remarks: remarksOf(translated),
    app,
    ...(own === undefined ? {} : { variables: own.variables, undecided: own.undecided }),
  };
}

interface Found {
  readonly src: string;
  readonly name: string;
  readonly isThere: boolean;
  /** Places are told from here. */
  readonly from: string;
}

function resourceOf({ file, place, source, wait }: TemplateUnit, { src, name, isThere, from }: Found): ReadResource {
  const { template } = file.data;
  const keys = { ...(isTable(template) ? template : {}), src };
  const missing = isThere ? [] : [`${shown(place)}: there is no template "${source}"; a relative path begins where consul-template is started, and where this is`];
  const original = unitText({ keys, remarks: missing.map((sentence) => `To decide: ${sentence}`) });
  return { name, label: labelOf(place, from), file, keys: isThere ? keys : undefined, apart: wait === undefined ? undefined : JSON.stringify(wait), original, undecided: missing, remarks: [] };
}

/** The command line has no lines. */
function labelOf(place: Place, from: string): string {
  return isAbsolute(place.path) ? shown({ ...place, path: relative(from, place.path) }) : place.path;
}

function targetOf({ file: { data } }: TemplateUnit): string {
  return isTable(data["template"]) ? String(data["template"]["dest"]) : "";
}

async function textAt(path: string, { ports: { files } }: Outside): Promise<string | undefined> {
  const bytes = await files.read(path).catch(() => undefined);
  return bytes === undefined ? undefined : bytesToText(bytes);
}

function remarksOf({ warnings, flags, once, killSignal, reloadSignal, pidFile }: Translated): readonly string[] {
  return [
    ...warnings,
    ...(flags["consul-address"] !== undefined ? ["consul.address: commands and the app had it as CONSUL_HTTP_ADDR too; where they need that, start Remora with it"] : ['No address of Consul is given: remora.toml has that of an agent on this machine. Where CONSUL_HTTP_ADDR says another, write it behind "--": -consul-addr HOST:PORT']),
    ...(once ? ["once: remora render --wait 1h waits until everything is there, applies it, and ends"] : []),
    ...(killSignal === undefined ? [] : [`kill_signal ${killSignal}: what ends remora run is SIGTERM or SIGINT`]),
    ...(reloadSignal === undefined ? [] : [`reload_signal ${reloadSignal}: what makes remora run read its configuration again is SIGHUP`]),
    ...(pidFile === undefined ? [] : ["pid_file: remora run writes none; what starts it knows its number"]),
  ];
}

/** Short names that nothing else has. */
class Names {
  readonly #templates = new Map<string, string>();
  readonly #units = new Set<string>();

  /** "nginx.conf.ctmpl" of "/etc/ct/nginx.conf.ctmpl"; one file has one name. */
  template(source: string, isContents: boolean): string {
    const own = `${visible(source)}${isContents ? ".ctmpl" : ""}`;
    const name = this.#templates.get(source) ?? free([own, `${visible(dirname(source))}-${own}`], (each) => [...this.#templates.values()].includes(each));
    this.#templates.set(source, name);
    return name;
  }

  /** "nginx" of "/etc/nginx/nginx.conf". */
  unit(target: string): string {
    const whole = visible(target);
    const name = free([whole.replace(/(?<=.)\..*$/, ""), whole, `${basename(dirname(target))}-${whole}`], (each) => this.#units.has(each));
    this.#units.add(name);
    return name;
  }
}

/** Files whose names begin with a dot are passed over in conf.d and in templates. */
function visible(path: string): string {
  return basename(path).replace(/^\.+/, "");
}

/** The first of the names that is free, else the last with a number. */
function free(names: readonly string[], isTaken: (name: string) => boolean): string {
  const found = names.find((name) => !isTaken(name));
  if (found !== undefined) return found;
  const last = names.at(-1) ?? "";
  const ending = ENDINGS.includes(extname(last)) ? extname(last) : "";
  for (let number = 2; ; number++) {
    const name = `${last.slice(0, last.length - ending.length)}-${number}${ending}`;
    if (!isTaken(name)) return name;
  }
}
