import type { Invocation } from "../../command.ts";
import { withKeys } from "../../key-access.ts";
import { contentOf, neededFlag } from "./content.ts";
import { opening, printValue } from "./opening.ts";

/** Opens the envelope on standard input, and prints the value. */
export async function openCommand(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async (access) => {
    const { key } = access.resolve(neededFlag(invocation, "key"));
    const openEnvelope = await opening(invocation, access);
    const envelope = new TextDecoder().decode(await contentOf(invocation)).trim();
    printValue(invocation, openEnvelope(envelope, key).content);
    return 0;
  });
}
