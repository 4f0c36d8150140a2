import { settingFlags } from "../config/settings.ts";
import { COMMANDS } from "./commands/index.ts";
import type { CommandDefinition } from "./command.ts";
import { helpRows } from "./overview.ts";
import { COMMON_FLAGS } from "./run-cli.ts";

/** What `remora secret --help` prints: the commands that begin with that word. */
export function familyHelp(name: string): string {
  const family = COMMANDS.filter((command) => command.name.startsWith(`${name} `));
  return [`Usage: remora ${name} COMMAND [FLAGS]`, "", "Commands:", ...helpRows(family.map((command) => [command.name, command.summary])), "", `remora ${name} COMMAND --help tells more, with examples.`, ""].join("\n");
}

/** What `remora COMMAND --help` prints. */
export function commandHelp(command: CommandDefinition): string {
  const settings = command.settings ? ["", "Settings (also in remora.toml and as REMORA_* variables):", ...helpRows(settingFlags().map((flag) => [flagText(flag), withDefault(flag)])), ""] : [""];
  return `${commandOwnHelp(command)}${settings.join("\n")}`;
}

/** The same without the settings, which all commands share. */
export function commandOwnHelp(command: CommandDefinition): string {
  const lines = [`Usage: remora ${command.name}${command.usage === "" ? "" : ` ${command.usage}`}`, "", command.description, "", "Examples:", ...command.examples.map((example) => `  ${example}`), "", "Flags:"];
  lines.push(...helpRows([...command.flags, ...(command.raw === true ? [] : COMMON_FLAGS)].map((flag) => [flagText(flag), flag.doc])));
  return `${lines.join("\n")}\n`;
}

function flagText({ flag, type, value }: { flag: string; type: string; value?: string | undefined }): string {
  return type === "boolean" ? `--${flag}` : `--${flag} ${value ?? "TEXT"}`;
}

function withDefault({ doc, default: preset }: { doc: string; default?: string | undefined }): string {
  return preset === undefined || preset === "" ? doc : `${doc} (default ${preset})`;
}
