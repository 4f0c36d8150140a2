import { dirname, extname, join, resolve } from "node:path";
import { AppError } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import type { Outside } from "../command.ts";
import { parseArguments as parseConfd } from "../confd/arguments.ts";
import { parseArguments as parseConsulTemplate } from "../consul-template/arguments.ts";
import { readConfdir } from "./read-confdir.ts";
import { readConsulTemplate } from "./read-consul-template.ts";
import type { Source } from "./source.ts";

const CONFIGURATIONS = [".hcl", ".json"];

/** Reads a directory of confd's, a configuration of consul-template's, or without either what consul-template's command line says; `args` are those of its program's command line. Throws CONFIG_INVALID and USAGE. */
export async function readSource(path: string | undefined, args: readonly string[], outside: Outside): Promise<Source> {
  if (path === undefined) return { ...(await readConsulTemplate(outside.cwd, [], args, outside)), path: "What consul-template's command line says" };
  const { files } = outside.ports;
  const stat = await files.stat(path);
  if (stat === undefined) throw unreadable(path, "there is no such file or directory", "Name confd's directory, or consul-template's configuration");
  if (stat.type !== "directory") {
    if (extname(path) === ".toml") throw unreadable(path, "this is TOML, which consul-template does not read", "Of confd name the directory that it is given as -confdir");
    return readConsulTemplate(path, [path], args, outside);
  }
  const configurations = await configurationsBelow(path, files);
  const program = programOf(path, { confd: await holdsResources(path, files), hcl: configurations.some((file) => extname(file) === ".hcl" && dirname(file) === path), any: configurations.length > 0 }, args);
  return program === "confd" ? readConfdir(path, args, outside) : readConsulTemplate(path, configurations, args, outside);
}

/** Data in JSON may lie beside confd's resources, and templates of anything below them; HCL beside them says that there are both, and then the command line decides. */
function programOf(path: string, found: { readonly confd: boolean; readonly hcl: boolean; readonly any: boolean }, args: readonly string[]): "confd" | "consul-template" {
  if (found.confd && !found.hcl) return "confd";
  if (!found.confd && found.any) return "consul-template";
  if (!found.confd) throw unreadable(path, "there is no conf.d in it with resources of confd, and no .hcl or .json file of consul-template's", "Name the directory that confd is given as -confdir, or what consul-template is given as -config");
  const [confd, consulTemplate] = [parseConfd, parseConsulTemplate].map((parse) => reads(() => parse(args)));
  if (args.length === 0 || confd === consulTemplate) throw unreadable(path, "it holds both resources of confd and .hcl files, and nothing says which of them is meant", 'Name the .hcl file, or put the program\'s own command line behind "--"');
  return confd ? "confd" : "consul-template";
}

async function holdsResources(path: string, files: Files): Promise<boolean> {
  const units = join(path, "conf.d");
  if ((await files.stat(units))?.type !== "directory") return false;
  const names = await files.list(units);
  return names.some((name) => extname(name) === ".toml") || !names.some((name) => CONFIGURATIONS.includes(extname(name)));
}

/** Those of consul-template in lexical order, hidden ones left out. */
async function configurationsBelow(path: string, files: Files, deepest = 5): Promise<readonly string[]> {
  const names = (await files.list(path)).filter((name) => !name.startsWith("."));
  const found = await Promise.all(names.sort().map(async (name) => {
    const inner = resolve(path, name);
    if (CONFIGURATIONS.includes(extname(name))) return [inner];
    return deepest > 0 && (await files.stat(inner))?.type === "directory" ? configurationsBelow(inner, files, deepest - 1) : [];
  }));
  return found.flat();
}

function reads(step: () => unknown): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}

function unreadable(path: string, why: string, hint: string): AppError {
  return new AppError("CONFIG_INVALID", `Cannot read "${path}": ${why}`, { hint });
}
