/** Something ready-made: a unit or more, the templates that they need, and what is to be known about them. */
export interface ReadyMadeSet {
  readonly name: string;
  /** The first sentence of its README. */
  readonly summary: string;
  readonly readme: string;
  /** By their paths below a configuration directory. */
  readonly files: ReadonlyMap<string, string>;
}

type Folders = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The sets that some folders hold: one named as each folder, and one for each further unit that writes the same target in another way. */
export function readyMadeSets(folders: Folders): readonly ReadyMadeSet[] {
  return Object.entries(folders).flatMap(([folder, files]) => {
    const units = Object.keys(files).filter((file) => file.endsWith(".toml"));
    const main = `${folder}.toml`;
    const variants = units.filter((unit) => unit !== main && sharesTarget(files[unit], files[main]));
    const set = (name: string, chosen: readonly string[]) => ({ name, summary: summaryOf(files["README.md"] ?? ""), readme: files["README.md"] ?? "", files: placed(files, chosen) });
    return [set(folder, units.filter((unit) => !variants.includes(unit))), ...variants.map((unit) => ({ ...set(unit.replace(/\.toml$/, ""), [unit]), summary: `As ${folder}: ${commentOf(files[unit])}` }))];
  });
}

function placed(files: Readonly<Record<string, string>>, units: readonly string[]): ReadonlyMap<string, string> {
  const templates = Object.keys(files).filter((file) => !/\.(toml|md)$/.test(file));
  return new Map([...units.map((file) => [`conf.d/${file}`, files[file] ?? ""] as const), ...templates.map((file) => [`templates/${file}`, files[file] ?? ""] as const)]);
}

function sharesTarget(one = "", other = ""): boolean {
  const targets = targetsOf(other);
  return targetsOf(one).some((target) => targets.includes(target));
}

function targetsOf(unit: string): readonly string[] {
  return [...unit.matchAll(/^dest\s*=\s*"(.*)"/gm)].map(([, dest = ""]) => dest);
}

/** The text between the title and the first empty line, up to the end of its first sentence. */
function summaryOf(readme: string): string {
  const [, paragraph = ""] = /^# .*\n\n([^]*?)(?:\n\n|$)/.exec(readme) ?? [];
  const text = paragraph.replaceAll("\n", " ");
  return (/^.*?(?=\.(?: |$)|:(?= ))/.exec(text)?.[0] ?? text).replaceAll("`", "");
}

/** What the comment in the first line says behind the file's name. */
function commentOf(unit = ""): string {
  return /^# \S+: (.*?)\.?$/m.exec(unit)?.[1] ?? "another way";
}

/** The table of keys in a README, as rows of plain text. */
export function keysOf({ readme }: ReadyMadeSet): readonly (readonly string[])[] {
  const [table = ""] = /^\| key \|.*(?:\n\|.*)+/m.exec(readme) ?? [];
  const rows = table.split("\n").filter((line) => line !== "" && !/^\|[ |-]+$/.test(line));
  return rows.map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("`", "").replaceAll("\\|", "|")));
}
