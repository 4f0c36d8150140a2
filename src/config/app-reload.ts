import type { Command, Reload } from "../core/unit.ts";
import type { OnChange } from "../schema/values.ts";
import type { Contradiction } from "./contradictions.ts";
import type { SettingName } from "./settings.ts";
import type { Given } from "./sources.ts";

/** How the app is told of a change that is not one of files. */
export function toReload(onChange: OnChange | undefined, command: Command | undefined, otherwise: Reload | undefined): Reload | undefined {
  if (command !== undefined) return { kind: "command", command };
  switch (onChange?.kind) {
    case undefined:
      return otherwise;
    case "signal":
      return { kind: "app signal", signal: onChange.signal };
    case "restart":
      return { kind: "app restart" };
    case "reload":
    case "none":
      return undefined;
  }
}

/** What is wrong with an on_change and its reload_cmd that are sound one by one. */
export function reloadContradictions(strongest: ReadonlyMap<SettingName, Given>, values: Readonly<Record<string, unknown>>): readonly Contradiction[] {
  return PAIRS.flatMap(([on, command]): readonly Contradiction[] => {
    const given = strongest.get(on);
    if (given === undefined) return [];
    const reloads = (values[on] as OnChange).kind === "reload";
    if (reloads && !strongest.has(command)) return [{ given, reason: "there is no reload", hint: `Set ${command}` }];
    return !reloads && strongest.has(command) ? [{ given, reason: `${command} is given as well`, hint: "Keep one of the two" }] : [];
  });
}

const PAIRS: readonly (readonly [SettingName, SettingName])[] = [
  ["env.on_change", "env.reload_cmd"],
  ["supervise.requires_on_change", "supervise.requires_reload_cmd"],
];
