import type { Entry } from "../../../core/entry.ts";
import { toAppError } from "../../../core/error.ts";
import { type Key, relativeKey } from "../../../core/key.ts";
import { isEnvelope, recipientsOf } from "../../../core/opener.ts";
import type { OpenedContent } from "../../../secrets/seal.ts";
import type { Invocation } from "../../command.ts";
import { withKeys } from "../../key-access.ts";
import { formatTable } from "../../table.ts";
import { oneArgument } from "./content.ts";
import { opening } from "./opening.ts";

/** Lists sealed values by key, without what is in them. */
export async function list(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async (access) => {
    const { entries, prefix } = await access.read(oneArgument(invocation, "PREFIX", "/"));
    const openEnvelope = await opening(invocation, access);
    const rows = entries.flatMap((entry) => (isEnvelope(entry.value) ? [{ key: relativeKey(prefix, entry.key), recipients: recipientsOf(entry.value), ...openedBy(openEnvelope, entry) }] : []));
    const { stdout } = invocation.outside;
    if (invocation.flags.json === true) stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else stdout.write(formatTable([["KEY", "SEALED FOR", "OPENS HERE"], ...rows.map(({ key, recipients, opens, error }) => [key, recipients.join(", "), opens ? "yes" : `no: ${error}`])]));
    return 0;
  });
}

function openedBy(openEnvelope: (envelope: string, path: Key) => OpenedContent, { key, value }: Entry): { readonly opens: boolean; readonly error?: string } {
  try {
    openEnvelope(value as string, key);
    return { opens: true };
  } catch (thrown) {
    return { opens: false, error: toAppError(thrown).message };
  }
}
