import { X509Certificate } from "node:crypto";
import type { Swap } from "../core/backend.ts";
import { sameValue, type Value } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import { Secret } from "../core/secret.ts";
import { type CertificateDescription, describeCertificate, matches, renewalDue } from "./describe.ts";
import { type CertificatePair, type CertificateRequest, createAuthority, issueCertificate } from "./issue.ts";
import { toAlternativeNames } from "./names.ts";
import type { CertificateStore } from "./store.ts";

/** How values are sealed for the store, and opened. */
export interface Sealing {
  seal(key: Key, content: Secret): Promise<string>;
  open(key: Key, value: Value): Promise<Secret>;
}

export interface PairKeys {
  readonly certificate: Key;
  readonly privateKey: Key;
}

export interface EnsureOptions extends CertificateRequest {
  readonly store: CertificateStore;
  readonly sealing: Sealing;
  readonly keys: PairKeys;
}

export interface EnsuredCertificate extends CertificatePair {
  /** "kept": it was there, or another was faster. */
  readonly outcome: "kept" | "made" | "renewed";
  readonly description: CertificateDescription;
}

/**
 * Makes a certificate and its key in the store, or takes those that are there; of many callers at once one makes them and all get the same.
 * Makes new ones when they are due, another authority signed them, or a name is missing, which is then added to those that are there: callers
 * that want different names so come to an end. Throws BACKEND_CONFLICT for keys that hold something else.
 */
export function ensureCertificate(options: EnsureOptions): Promise<EnsuredCertificate> {
  const wanted = toAlternativeNames(options.name, options.sans).map(({ value }) => value);
  return ensurePair(options, async (present) => {
    if (present === undefined) return issueCertificate(options);
    const { sans, ...validity } = describeCertificate(present.certificate);
    if (sans.length === 0) throw new AppError("BACKEND_CONFLICT", `Cannot make a certificate for "${options.name}": "${options.keys.certificate}" is an authority`, { hint: "Name another key prefix; replaced, nobody would trust what it signed" });
    const missing = wanted.filter((name) => !sans.includes(name));
    if (missing.length > 0) return issueCertificate({ ...options, sans: [...sans, ...missing] });
    return renewalDue(validity, options.clock.now()) || !signedBy(present.certificate, options.ca) ? issueCertificate({ ...options, sans: wanted }) : undefined;
  });
}

/** Makes an authority in the store, or takes the one that is there. It is not renewed: who trusts it would have to be told. */
export function ensureAuthority(options: Omit<EnsureOptions, "sans" | "ca">): Promise<EnsuredCertificate> {
  return ensurePair(options, async (present) => {
    if (present === undefined) return createAuthority(options);
    if (describeCertificate(present.certificate).sans.length === 0) return undefined;
    throw new AppError("BACKEND_CONFLICT", `Cannot make the authority "${options.name}": "${options.keys.certificate}" is a certificate of a server`, { hint: "Name another key prefix" });
  });
}

// Each time that a try is lost, another one has written; with so many, they do not agree.
const TRIES = 10;

type Making = Pick<EnsureOptions, "store" | "sealing" | "keys" | "name">;

async function ensurePair(options: Making, replace: (present: CertificatePair | undefined) => Promise<CertificatePair | undefined>): Promise<EnsuredCertificate> {
  const { store, keys, name } = options;
  let found = await readValues(options);
  for (let tries = 0; tries < TRIES; tries++) {
    const present = found && (await openPair(options, found));
    if (present === "torn") {
      const again = await readValues(options);
      if (found && again && sameValues(found, again)) throw new AppError("BACKEND_CONFLICT", `Cannot take the certificate for "${name}": the private key in "${keys.privateKey}" does not belong to "${keys.certificate}"`, { hint: "Delete both, and they are made anew" });
      found = again;
      continue;
    }
    const made = await replace(present);
    if (made === undefined && present !== undefined) return ensured("kept", present);
    if (made !== undefined && (await store.swap(await swapsOf(options, found, made)))) return ensured(present === undefined ? "made" : "renewed", made);
    found = await readValues(options);
  }
  throw new AppError("BACKEND_CONFLICT", `Cannot make a certificate for "${name}": others change "${keys.certificate}" all the time`, { hint: "Do they want different certificates under the same key?" });
}

interface StoredPair {
  readonly certificate: Value;
  readonly privateKey: Value;
}

/** Undefined where neither is there. */
async function readValues({ store, keys, name }: Making): Promise<StoredPair | undefined> {
  const read = () => store.read([keys.certificate, keys.privateKey]);
  let [certificate, privateKey] = await read();
  // They are written together, and read one after the other where a backend has no snapshots.
  if ((certificate === undefined) !== (privateKey === undefined)) [certificate, privateKey] = await read();
  if (certificate !== undefined && privateKey !== undefined) return { certificate, privateKey };
  if (certificate === undefined && privateKey === undefined) return undefined;
  const [there, missing] = certificate === undefined ? [keys.privateKey, keys.certificate] : [keys.certificate, keys.privateKey];
  throw new AppError("BACKEND_CONFLICT", `Cannot make a certificate for "${name}": "${there}" exists and "${missing}" does not`, { hint: `Delete "${there}", and both are made, or name other keys` });
}

async function openPair({ sealing, keys }: Making, found: StoredPair): Promise<CertificatePair | "torn"> {
  const certificate = String((await sealing.open(keys.certificate, found.certificate)).reveal());
  const privateKey = await sealing.open(keys.privateKey, found.privateKey);
  return matches(certificate, privateKey) ? { certificate, privateKey } : "torn";
}

async function swapsOf({ sealing, keys }: Making, found: StoredPair | undefined, made: CertificatePair): Promise<Swap[]> {
  return [
    { key: keys.certificate, expected: found?.certificate, value: await sealing.seal(keys.certificate, new Secret(made.certificate)) },
    { key: keys.privateKey, expected: found?.privateKey, value: await sealing.seal(keys.privateKey, made.privateKey) },
  ];
}

function ensured(outcome: EnsuredCertificate["outcome"], { certificate, privateKey }: CertificatePair): EnsuredCertificate {
  return { outcome, certificate, privateKey, description: describeCertificate(certificate) };
}

function sameValues(a: StoredPair, b: StoredPair): boolean {
  return sameValue(a.certificate, b.certificate) && sameValue(a.privateKey, b.privateKey);
}

/** Whether this authority signed it; where none is asked for, any will do. */
function signedBy(certificate: string, ca: CertificatePair | undefined): boolean {
  return ca === undefined || new X509Certificate(certificate).verify(new X509Certificate(ca.certificate).publicKey);
}
