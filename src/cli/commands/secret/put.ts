import { AppError } from "../../../core/error.ts";
import { seal } from "../../../secrets/seal.ts";
import type { Invocation } from "../../command.ts";
import { withKeys } from "../../key-access.ts";
import { contentToSeal, oneArgument } from "./content.ts";
import { recipientsOf } from "./recipients.ts";

/** Seals what is on standard input for a key, and writes it there unless somebody else wrote in between. */
export async function put(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async ({ settings, read, write }) => {
    const name = oneArgument(invocation, "KEY");
    const recipients = await recipientsOf(invocation, settings.secrets.recipients);
    const content = await contentToSeal(invocation);
    const { backend, key, entries } = await read(name);
    const present = entries.find((entry) => entry.key === key);
    const value = seal({ content, recipients, path: invocation.flags["any-path"] === true ? undefined : key });
    const written = await write(backend, (writer) => writer.swap([{ key, expected: present?.value, value }]));
    if (!written) throw new AppError("BACKEND_CONFLICT", `Cannot write "${name}": somebody else changed it in between`, { hint: "Look at it, and put it again" });
    invocation.outside.stderr.write(`Sealed ${key} for ${recipients.map(({ id }) => id).join(", ")}\n`);
    return 0;
  });
}
