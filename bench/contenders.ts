import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = new URL("..", import.meta.url).pathname;
const MAIN = join(ROOT, "dist/main.js");

export type StoreName = "etcd" | "consul";

/** What one run works on: N units that each loop over all keys below one prefix. */
export interface Setup {
  readonly store: StoreName;
  readonly url: string;
  readonly directory: string;
  readonly units: number;
  /** The private key of the values that are sealed. */
  readonly keyring?: string;
}

/** A program that is measured. */
export interface Contender {
  readonly name: string;
  /** Whether it opens sealed values. */
  readonly opens: boolean;
  prepare(setup: Setup): Promise<void>;
  once(setup: Setup): [string, ...string[]];
  watch(setup: Setup): [string, ...string[]];
}

/** Those that are there, and a sentence for each that is not. */
export function contenders(): { present: Contender[]; absent: string[] } {
  const bun = join(ROOT, "node_modules/.bin/bun");
  const exe = join(ROOT, "dist/remora");
  const confd = join(ROOT, ".cache/bin/confd");
  const all = [
    { program: process.execPath, contender: remora("Remora, Node", [process.execPath, MAIN]) },
    { program: bun, contender: remora("Remora, Bun", [bun, MAIN]) },
    { program: exe, contender: remora("Remora, executable", [exe]) },
    { program: process.execPath, contender: confdAt("Remora as confd, Node", [process.execPath, MAIN, "confd"]) },
    { program: exe, contender: confdAt("Remora as confd, executable", [exe, "confd"]) },
    { program: confd, contender: confdAt("confd", [confd]) },
  ];
  return {
    present: all.filter(({ program }) => existsSync(program)).map(({ contender }) => contender),
    absent: all.filter(({ program }) => !existsSync(program)).map(({ contender, program }) => `${contender.name} is skipped: there is no ${program.replace(ROOT, "")}`),
  };
}

/** The targets of a run. */
export function targets({ directory, units }: Setup): string[] {
  return Array.from({ length: units }, (_, index) => join(directory, "out", `unit${index}.conf`));
}

function remora(name: string, program: readonly [string, ...string[]]): Contender {
  const command = (verb: string, { directory }: Setup): [string, ...string[]] => [
    ...program,
    verb,
    "--confdir",
    directory,
    "--state-dir",
    join(directory, "state"),
    "--log-level",
    "error",
  ];
  return {
    name,
    opens: true,
    once: (setup) => command("render", setup),
    watch: (setup) => command("run", setup),
    async prepare(setup) {
      const option = setup.store === "etcd" ? `endpoints = ["${setup.url}"]` : `address = "${setup.url}"`;
      // confd does not wait for quiet, so neither does Remora here.
      const secrets = setup.keyring === undefined ? "" : `\n[secrets]\nkeyring = ["${setup.keyring}"]\n`;
      const settings = `backend = "${setup.store}"\nwait = { min = "0", max = "2s" }\n\n[backends.${setup.store}]\n${option}\n${secrets}`;
      const template = '{% for pair in gets("/bench/*") %}{{ pair.key }}={{ pair.value }}\n{% endfor %}';
      await writeAll(setup, "bench.njk", template, (dest) => `[template]\nsrc = "bench.njk"\ndest = "${dest}"\n`);
      await writeFile(join(setup.directory, "remora.toml"), settings);
    },
  };
}

/** confd, or Remora in its place. */
function confdAt(name: string, program: readonly [string, ...string[]]): Contender {
  const command = ({ store, url, directory }: Setup, mode: string): [string, ...string[]] => [
    "/usr/bin/env",
    `REMORA_STATE_DIR=${join(directory, "state")}`,
    "REMORA_WAIT_MIN=0",
    ...program,
    store,
    "--node",
    store === "etcd" ? url : url.replace("http://", ""),
    "--confdir",
    directory,
    "--log-level",
    "error",
    mode,
  ];
  return {
    name,
    opens: false,
    once: (setup) => command(setup, "--onetime"),
    watch: (setup) => command(setup, "--watch"),
    prepare: (setup) => writeAll(setup, "bench.tmpl", '{{range gets "/bench/*"}}{{.Key}}={{.Value}}\n{{end}}', (dest) => `[template]\nsrc = "bench.tmpl"\ndest = "${dest}"\nkeys = ["/bench"]\n`),
  };
}

async function writeAll(setup: Setup, name: string, template: string, unit: (dest: string) => string): Promise<void> {
  for (const folder of ["conf.d", "templates", "out", "state"]) await mkdir(join(setup.directory, folder), { recursive: true });
  await writeFile(join(setup.directory, "templates", name), template);
  for (const [index, dest] of targets(setup).entries()) await writeFile(join(setup.directory, "conf.d", `unit${index}.toml`), unit(dest));
}
