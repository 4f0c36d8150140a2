import { AppError } from "../../../core/error.ts";
import { isEnvelope, recipientsOf as idsOf } from "../../../core/opener.ts";
import { loadKeyring } from "../../../secrets/keyring.ts";
import type { PublicKey } from "../../../secrets/keys.ts";
import { seal } from "../../../secrets/seal.ts";
import type { Invocation } from "../../command.ts";
import { type KeyAccess, withKeys } from "../../key-access.ts";
import { neededFlag, oneArgument } from "./content.ts";
import { opening } from "./opening.ts";
import { publicKeyAt } from "./recipients.ts";
import { type Reseal, resealAll } from "./reseal.ts";

const KEY_ID = /^[0-9a-f]{16}$/;

/** Seals all values under a prefix that are sealed for one key for another instead. */
export async function rotate(invocation: Invocation): Promise<number> {
  return withKeys(invocation, async (access) => {
    const { outside } = invocation;
    const from = neededFlag(invocation, "from");
    const old = KEY_ID.test(from) ? from : (await publicKeyAt(from, outside)).id;
    const to = await publicKeyAt(neededFlag(invocation, "to"), outside);
    if (to.id === old) throw new AppError("USAGE", `Cannot rotate: --from and --to are one key, ${old}`);
    const others = await knownPublicKeys(invocation, access);
    const openEnvelope = await opening(invocation, access);
    const reseal: Reseal = ({ key, value }) => {
      if (!isEnvelope(value) || !idsOf(value).includes(old)) return undefined;
      const recipients = idsOf(value).map((id) => (id === old ? to : (others.get(id) ?? stranger(key, id))));
      const { content, bound } = openEnvelope(value, key);
      return seal({ content, recipients: recipients as [PublicKey, ...PublicKey[]], path: bound ? key : undefined });
    };
    const { done, left, errors } = await resealAll(oneArgument(invocation, "PREFIX", "/"), reseal, access, invocation);
    outside.stdout.write(`Rotated ${done} from ${old} to ${to.id}; not sealed for ${old}: ${left}; failed: ${errors.length}\n`);
    return errors[0]?.exit ?? 0;
  });
}

/** Public keys by id: those of the configured recipients, and of the private keys that are here. */
async function knownPublicKeys({ outside }: Invocation, { settings, ports }: KeyAccess): Promise<ReadonlyMap<string, PublicKey>> {
  const { keyring, insecureKeyring, recipients } = settings.secrets;
  const { keys } = await loadKeyring({ paths: keyring, insecure: insecureKeyring, uid: outside.uid, files: ports.files, log: ports.log });
  const named = await Promise.all(recipients.map((text) => publicKeyAt(text, outside)));
  const all = [...[...keys.values()].map(({ publicKey }) => publicKey), ...named];
  return new Map(all.map((key) => [key.id, key]));
}

function stranger(key: string, id: string): never {
  throw new AppError("SECRET_KEY_MISSING", `Cannot seal "${key}" anew: it is also sealed for key ${id}, whose public key is not known here`, { hint: "Name it in [secrets] recipients, or with --recipients" });
}
