import type { MigratedUnit } from "../../migrate/index.ts";
import { formatTable } from "../table.ts";
import type { Source } from "./source.ts";
import type { Migrated } from "./templates.ts";

/** What is to be done next, with the app that was started before. */
export function nextSteps({ app }: Source, target: string): string {
  const run = app === undefined ? [] : [`  remora run --confdir ${target} -- ${commandLine(app)}\n`];
  return [`\nNext:\n\n`, `  remora check --confdir ${target}\n`, `  remora render --dry-run --confdir ${target}\n`, ...run].join("");
}

/** What was done, what somebody has to decide, and what has another meaning now. */
export function report({ path, remarks, undecided: ofAll = [] }: Source, migrated: readonly Migrated[], units: readonly MigratedUnit[], target: string): string {
  const translated = migrated.filter(({ nunjucks }) => nunjucks !== undefined).length;
  const isOne = translated === 1 || migrated.length === 1;
  const undecided = [...ofAll, ...migrated.flatMap((each) => each.undecided)];
  const known = [...remarks, ...migrated.flatMap(({ resource, nunjucks }) => [...resource.remarks, ...(nunjucks?.notes ?? []).map((note) => `${nunjucks?.src}: ${note}`)]), ...units.flatMap(togetherOf)];
  return [
    `${path} is now ${target}\n`,
    formatTable([["TEMPLATE", "IS NOW", "WHY, OR HOW IT WAS PROVEN"], ...migrated.map(row)]),
    ...section("To decide", undecided),
    ...section("To know", known),
    `${translated} of ${migrated.length} ${migrated.length === 1 ? "template" : "templates"} ${isOne ? "is" : "are"} nunjucks now, and ${isOne ? "gives" : "give"} the same bytes${translated === migrated.length ? "" : "; the others stay as they were"}.\n`,
  ].join("\n");
}

function row({ resource, unit, nunjucks, proof, stays }: Migrated): string[] {
  const src = String(resource.keys?.["src"] ?? resource.label);
  if (unit === undefined) return [src, "-", "not carried over: to decide"];
  if (nunjucks === undefined) return [src, src, stays ?? "is none of Go's"];
  const sets = proof?.kind === "equal" ? `equal bytes from ${proof.sets} ${proof.sets === 1 ? "set" : "sets"} of values${proof.given ? ", the given ones too" : ""}, up to ${proof.bytes} B` : "";
  return [src, nunjucks.src, sets];
}

function togetherOf({ name, resources }: MigratedUnit): readonly string[] {
  if (resources.length < 2) return [];
  return [`conf.d/${name}.toml: ${resources.join(", ")} have the same reload_cmd and are one unit: their files are applied together or not at all, and reloaded once`];
}

function section(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : [`${title}:\n\n${[...new Set(sentences)].map((sentence) => `- ${sentence}\n`).join("")}`];
}

/** What a shell would only be asked to start stands there by itself. */
function commandLine(words: readonly string[]): string {
  const [, plain] = words.length === 3 ? (/^exec ([\w./:=@%+, -]+)$/.exec(words[2] ?? "") ?? []) : [];
  return plain ?? words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
