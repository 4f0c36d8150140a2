import { describeCertificate } from "../../../certificates/describe.ts";
import { AppError } from "../../../core/error.ts";
import { isEnvelope, recipientsOf } from "../../../core/opener.ts";
import type { Invocation } from "../../command.ts";
import { withKeys } from "../../key-access.ts";
import { pairKeys } from "../../stored-certificates.ts";
import { oneArgument } from "../secret/content.ts";
import { printCertificate } from "./print.ts";

/** Describes the certificate at a key prefix; nothing is opened. */
export async function show(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async (access) => {
    const name = oneArgument(invocation, "KEY_PREFIX");
    const { key, entries } = await access.read(name);
    const keys = pairKeys(key);
    const valueAt = (wanted: string) => entries.find((entry) => entry.key === wanted)?.value;
    const certificate = valueAt(keys.certificate);
    if (certificate === undefined) throw new AppError("TEMPLATE_MISSING_KEY", `Cannot show the certificate at "${name}": there is no key "${keys.certificate}"`, { hint: `remora cert ensure NAME --key-prefix ${name} makes one` });
    const privateKey = valueAt(keys.privateKey);
    printCertificate(invocation, { keys, description: describeCertificate(String(certificate)), sealedFor: privateKey !== undefined && isEnvelope(privateKey) ? recipientsOf(privateKey) : privateKey === undefined ? "missing" : "not sealed" });
    return 0;
  });
}
