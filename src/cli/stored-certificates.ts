import { describeCertificate } from "../certificates/describe.ts";
import { type EnsuredCertificate, ensureAuthority, ensureCertificate, type PairKeys, type Sealing } from "../certificates/ensure.ts";
import type { CertificatePair } from "../certificates/issue.ts";
import type { CertificateStore } from "../certificates/store.ts";
import type { CertificateSettings } from "../core/configuration.ts";
import type { Value } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import { joinKey, type Key, toKey } from "../core/key.ts";
import { isEnvelope, type Opener, type Sealed } from "../core/opener.ts";
import { Secret } from "../core/secret.ts";
import type { PublicKey } from "../secrets/keys.ts";
import { seal } from "../secrets/seal.ts";
import type { Outside } from "./command.ts";
import { recipientsOf } from "./commands/secret/recipients.ts";
import type { KeyAccess } from "./key-access.ts";

/** Makes a certificate in the store as it is wanted, renews it when that is due, or takes the one that is there. */
export async function ensureStored(wanted: CertificateSettings, access: KeyAccess, outside: Outside): Promise<EnsuredCertificate> {
  const shared = await sharing(wanted, access, outside);
  const ca = wanted.ca === undefined ? undefined : await readAuthority(wanted, wanted.ca, access);
  return ensureCertificate({ ...shared, sans: wanted.sans, ca });
}

/** Makes an authority in the store, or takes the one that is there. */
export async function ensureStoredAuthority(wanted: CertificateSettings, access: KeyAccess, outside: Outside): Promise<EnsuredCertificate> {
  return ensureAuthority(await sharing(wanted, access, outside));
}

/** The keys of what stands at a key prefix. */
export function pairKeys(prefix: Key): PairKeys {
  return { certificate: joinKey(prefix, toKey("certificate")), privateKey: joinKey(prefix, toKey("private_key")) };
}

async function sharing({ name, keyPrefix, days, rsa, recipients }: CertificateSettings, access: KeyAccess, outside: Outside) {
  const { settings, ports, resolve } = access;
  const keys = pairKeys(resolve(keyPrefix).key);
  const sealFor = await recipientsOf({ flags: {}, outside }, recipients.length > 0 ? recipients : settings.secrets.recipients);
  const key = rsa === undefined ? ("p256" as const) : (`rsa-${rsa}` as const);
  return { name, days, key, keys, clock: ports.clock, store: storeAt(keyPrefix, access), sealing: sealing(keys, sealFor, access) };
}

/** The writer, and the package behind it, is opened when there is something to write and not before. */
function storeAt(keyPrefix: string, { read, write, resolve }: KeyAccess): CertificateStore {
  return {
    async read(keys) {
      const { entries } = await read(keyPrefix);
      return keys.map((key) => entries.find((entry) => entry.key === key)?.value);
    },
    swap: (swaps) => write(resolve(keyPrefix).backend, (writer) => writer.swap(swaps)),
  };
}

/** The private key is sealed for its recipients and its path; the certificate is for everybody. */
function sealing({ privateKey }: PairKeys, recipients: [PublicKey, ...PublicKey[]], { opener, ports: { mask } }: KeyAccess): Sealing {
  return {
    async seal(key, content) {
      const value = content.reveal();
      if (key !== privateKey) return String(value);
      mask.add(value);
      return seal({ content: Buffer.from(value as string), recipients, path: key });
    },
    open: async (key, value) => (key === privateKey ? openSealed(opener, key, value) : new Secret(value)),
  };
}

async function readAuthority({ name }: CertificateSettings, ca: string, access: KeyAccess): Promise<CertificatePair> {
  const { key: prefix, entries } = await access.read(ca);
  const keys = pairKeys(prefix);
  const valueAt = (key: Key): Value => {
    const entry = entries.find((candidate) => candidate.key === key);
    if (entry === undefined) throw new AppError("BACKEND_DATA", `Cannot make a certificate for "${name}": there is no authority at "${ca}", as "${key}" does not exist`, { hint: `remora cert ca NAME --key-prefix ${ca} makes one` });
    return entry.value;
  };
  const certificate = String(valueAt(keys.certificate));
  if (describeCertificate(certificate).sans.length > 0) throw new AppError("BACKEND_DATA", `Cannot make a certificate for "${name}": what is at "${ca}" is the certificate of a server and no authority`, { hint: "remora cert ca makes an authority" });
  return { certificate, privateKey: await openSealed(access.opener, keys.privateKey, valueAt(keys.privateKey)) };
}

async function openSealed(opener: Opener, key: Key, value: Value): Promise<Secret> {
  if (!isEnvelope(value)) throw new AppError("SECRET_MALFORMED", `Cannot use the private key at "${key}": it is not sealed`, { hint: "Seal it with remora secret put; or delete it and its certificate, and new ones are made" });
  const sealed: Sealed = { form: "remora", entry: { key, value, revision: 0 } };
  await opener.prepare([sealed]);
  const opened = opener.opened(sealed);
  if (opened?.kind === "opened") return opened.secret;
  throw opened?.error ?? new AppError("KEYRING_INVALID", `Cannot use the private key at "${key}": the keyring was replaced meanwhile`, { hint: "Try again" });
}
