import { COMMANDS, FAMILIES } from "./commands/index.ts";

/** Whether these arguments ask for the list of commands. */
export function asksForOverview([name, about]: readonly string[]): boolean {
  return (name === "help" && about === undefined) || name === "--help" || name === "-h";
}

/** What `remora --help` prints. */
export function overview(): string {
  const families = Object.entries(FAMILIES).map(([name, summary]) => [`${name} ...`, summary] as const);
  const rows = [...COMMANDS.filter(({ name }) => !name.includes(" ")).map(({ name, summary }) => [name, summary] as const), ...families];
  return [
    "Remora follows keys, renders checked configuration files and reloads services.",
    "",
    "Usage: remora COMMAND [FLAGS]",
    "",
    "Commands:",
    ...helpRows(rows),
    "",
    "remora COMMAND --help tells more, with examples.",
    "",
  ].join("\n");
}

const WIDEST = 40;

/** Lines of two columns, as all pages of --help have them; what is too wide for the first stands on a line of its own. */
export function helpRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length).filter((length) => length <= WIDEST), 0);
  return rows.map(([left, right]) => (left.length > width ? `  ${left}\n  ${" ".repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`));
}
