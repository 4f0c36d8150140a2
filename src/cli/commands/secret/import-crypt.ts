import { isEnvelope } from "../../../core/opener.ts";
import { looksSealed } from "../../../secrets/crypt-message.ts";
import { seal } from "../../../secrets/seal.ts";
import type { Invocation } from "../../command.ts";
import { withKeys } from "../../key-access.ts";
import { oneArgument } from "./content.ts";
import { recipientsOf } from "./recipients.ts";
import { resealAll } from "./reseal.ts";

/** Seals what crypt wrote under a prefix for the recipients; other values stay as they are. */
export async function importCrypt(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async (access) => {
    const { settings, ports } = access;
    const { openpgpKeyring, insecureKeyring, recipients: configured } = settings.secrets;
    const recipients = await recipientsOf(invocation, configured);
    const load = async () => (await import("../../../secrets/openpgp.ts")).cryptOpener({ paths: openpgpKeyring, insecure: insecureKeyring, uid: invocation.outside.uid, files: ports.files, log: ports.log });
    let opener: ReturnType<typeof load> | undefined;
    const { done, left, errors } = await resealAll(
      oneArgument(invocation, "PREFIX"),
      async ({ key, value }) => {
        if (typeof value !== "string" || isEnvelope(value) || !looksSealed(value)) return undefined;
        return seal({ content: await (await (opener ??= load()))(value, key), recipients, path: key });
      },
      access,
      invocation,
    );
    invocation.outside.stdout.write(`Sealed ${done} anew for ${recipients.map(({ id }) => id).join(", ")}; not by crypt: ${left}; failed: ${errors.length}\n`);
    return errors[0]?.exit ?? 0;
  });
}
