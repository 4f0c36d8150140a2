import { commandOwnHelp } from "./help.ts";
import { overview } from "./overview.ts";
import { COMMANDS } from "./commands/index.ts";

/** docs/cli.md: what --help prints, for every command; the settings stand on a page of their own. */
export function cliPage(): string {
  const parts = ["# Command line", "", "Exit statuses are on [the page of errors](errors.md). Logs go to standard error, results to standard output.", "", "```", overview().trimEnd(), "```"];
  for (const command of COMMANDS) {
    parts.push("", `## remora ${command.name}`, "", "```", commandOwnHelp(command).trimEnd(), "```");
    if (command.settings) parts.push("", "And every [setting](configuration.md) as a flag.");
  }
  return `${parts.join("\n")}\n`;
}
