import { isEnvelope } from "../../../core/opener.ts";
import { AppError } from "../../../core/error.ts";
import type { Invocation } from "../../command.ts";
import { withKeys } from "../../key-access.ts";
import { oneArgument } from "./content.ts";
import { opening, printValue } from "./opening.ts";

/** Prints the opened value of a key. */
export async function get(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async (access) => {
    const name = oneArgument(invocation, "KEY");
    const { key, entry } = await access.get(name);
    if (!isEnvelope(entry.value)) throw new AppError("SECRET_MALFORMED", `Cannot open "${name}": it is not sealed`, { hint: "remora keys get prints plain values" });
    const openEnvelope = await opening(invocation, access);
    printValue(invocation, openEnvelope(entry.value, key).content);
    return 0;
  });
}
