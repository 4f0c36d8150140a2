import { formatListenAddress, isLocal, type ListenAddress } from "../core/listen-address.ts";
import type { Contradiction } from "./contradictions.ts";
import type { SettingName } from "./settings.ts";
import type { Given } from "./sources.ts";

/** What others than this machine can reach is told to those alone who have the token. */
export function statusContradictions(strongest: ReadonlyMap<SettingName, Given>, values: Readonly<Record<string, unknown>>): readonly Contradiction[] {
  const given = strongest.get("status.listen");
  if (given === undefined || strongest.has("status.token_file")) return [];
  const open = (values["status.listen"] as readonly ListenAddress[]).find((address) => !isLocal(address));
  if (open === undefined) return [];
  return [{ given, reason: `"${formatListenAddress(open)}" can be reached from other machines, and there is no status.token_file`, hint: "Set status.token_file to a file that holds a token, or listen at 127.0.0.1" }];
}
