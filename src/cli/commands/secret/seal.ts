import { seal } from "../../../secrets/seal.ts";
import type { Invocation } from "../../command.ts";
import { withKeys } from "../../key-access.ts";
import { contentToSeal, neededFlag } from "./content.ts";
import { recipientsOf } from "./recipients.ts";

/** Seals what is on standard input, and prints the envelope. */
export async function sealCommand(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async ({ resolve, settings }) => {
    const recipients = await recipientsOf(invocation, settings.secrets.recipients);
    const path = invocation.flags["any-path"] === true ? undefined : resolve(neededFlag(invocation, "key")).key;
    invocation.outside.stdout.write(`${seal({ content: await contentToSeal(invocation), recipients, path })}\n`);
    return 0;
  });
}
