import { X509Certificate as Certificate, type webcrypto } from "node:crypto";
import { AppError } from "../core/error.ts";
import type { Clock } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { exportPrivateKey, generateKeys, importSigningKey, type KeyKind, readPrivateKey } from "./keys.ts";
import { type AlternativeName, toAlternativeNames, toSubjectName } from "./names.ts";
import type { Extension } from "./x509.ts";

/** A certificate and the private key that belongs to it, both PEM. */
export interface CertificatePair {
  readonly certificate: string;
  /** PKCS#8. */
  readonly privateKey: Secret;
}

export interface IssuedCertificate extends CertificatePair {
  /** The certificate with its authority's after it, where it has one. */
  readonly chain?: string;
}

export interface CertificateRequest {
  readonly name: string;
  /** DNS names and IP addresses; where there are none, the name itself. */
  readonly sans: readonly string[];
  readonly days: number;
  readonly clock: Pick<Clock, "now">;
  /** P-256 unless another is wanted. */
  readonly key?: KeyKind | undefined;
  /** Who signs; without, the certificate signs itself. */
  readonly ca?: CertificatePair | undefined;
}

/** Makes a certificate for servers and clients, and its key. Throws CONFIG_INVALID. */
export async function issueCertificate(request: CertificateRequest): Promise<IssuedCertificate> {
  const { name, clock, days, ca, key = "p256" } = request;
  const doing = `Cannot make a certificate for "${name}"`;
  const subject = toSubjectName(name);
  const names = toAlternativeNames(name, request.sans);
  const validity = toValidity(days, clock, doing);
  if (ca === undefined) return make({ subject, names, validity, key });
  const authority = await openAuthority(ca, validity.notBefore, doing);
  const issued = await make({ subject, names, validity: { ...validity, notAfter: earlier(validity.notAfter, authority.expires) }, key, authority });
  return { ...issued, chain: issued.certificate + withNewline(ca.certificate) };
}

/** Makes a small certificate authority, which signs certificates and no further authorities. Throws CONFIG_INVALID. */
export async function createAuthority({ name, days, clock, key = "p256" }: Pick<CertificateRequest, "name" | "days" | "clock" | "key">): Promise<CertificatePair> {
  const validity = toValidity(days, clock, `Cannot make the authority "${name}"`);
  return make({ subject: toSubjectName(name), names: [], validity, key });
}

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

// Clocks of machines differ a little.
const BACKDATED_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

function toValidity(days: number, { now }: Pick<Clock, "now">, doing: string): Validity {
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) throw new AppError("CONFIG_INVALID", `${doing}: ${days} is not a number of days from 1 to ${MOST_DAYS}`);
  // Certificates know no milliseconds.
  const start = Math.floor(now() / 1_000) * 1_000;
  return { notBefore: new Date(start - BACKDATED_MS), notAfter: new Date(start + days * DAY_MS) };
}

interface Authority {
  readonly certificate: string;
  readonly signingKey: webcrypto.CryptoKey;
  readonly expires: Date;
}

async function openAuthority({ certificate, privateKey }: CertificatePair, now: Date, doing: string): Promise<Authority> {
  const by = `${doing} with its authority`;
  const parsed = parse(certificate, by);
  if (!parsed.ca) throw new AppError("CONFIG_INVALID", `${by}: "${parsed.subject}" is not a certificate authority`);
  if (!parsed.checkPrivateKey(readPrivateKey(privateKey, by))) throw new AppError("CONFIG_INVALID", `${by}: its private key does not belong to its certificate`);
  const expires = new Date(parsed.validTo);
  if (expires.getTime() < now.getTime() + DAY_MS) throw new AppError("CONFIG_INVALID", `${by}: it expires on ${expires.toISOString()}`, { hint: "Make a new authority" });
  return { certificate, expires, signingKey: await importSigningKey(privateKey, by) };
}

function parse(pem: string, doing: string): Certificate {
  try {
    return new Certificate(pem);
  } catch (error) {
    throw new AppError("CONFIG_INVALID", `${doing}: it is not a certificate in PEM`, { cause: error });
  }
}

interface Making {
  readonly subject: string;
  /** Empty for an authority. */
  readonly names: readonly AlternativeName[];
  readonly validity: Validity;
  readonly key: KeyKind;
  readonly authority?: Authority;
}

async function make({ subject, names, validity, key, authority }: Making): Promise<CertificatePair> {
  const { Name, X509Certificate, X509CertificateGenerator } = await import("./x509.ts");
  const keys = await generateKeys(key);
  const issuer = authority && new X509Certificate(authority.certificate);
  // As a UTF-8 string: a text alone would be read for "#" and escapes.
  const name = new Name([{ CN: [{ utf8String: subject }] }]);
  const made = await X509CertificateGenerator.create({
    subject: name,
    issuer: issuer?.subjectName ?? name,
    ...validity,
    publicKey: keys.publicKey,
    signingKey: authority?.signingKey ?? keys.privateKey,
    signingAlgorithm: { hash: "SHA-256" },
    extensions: await extensions({ names, key, signs: authority === undefined, publicKey: keys.publicKey, issuerKey: issuer?.publicKey ?? keys.publicKey }),
  });
  return { certificate: withNewline(made.toString("pem")), privateKey: await exportPrivateKey(keys) };
}

interface ExtensionSource {
  readonly names: readonly AlternativeName[];
  readonly key: KeyKind;
  readonly signs: boolean;
  readonly publicKey: webcrypto.CryptoKey;
  readonly issuerKey: Parameters<(typeof import("./x509.ts"))["AuthorityKeyIdentifierExtension"]["create"]>[0];
}

async function extensions({ names, key, signs, publicKey, issuerKey }: ExtensionSource): Promise<Extension[]> {
  const x509 = await import("./x509.ts");
  const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const serves = digitalSignature | (key === "p256" ? 0 : keyEncipherment);
  // A certificate that is its own trust anchor has to say that it may sign: OpenSSL and the Go that logstash-forwarder was
  // built with take it for its own issuer, and refuse one that may not be.
  const usages = (names.length > 0 ? serves : cRLSign) | (signs ? keyCertSign : 0);
  return [
    new x509.BasicConstraintsExtension(signs, signs ? 0 : undefined, true),
    new x509.KeyUsagesExtension(usages, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    ...(names.length > 0 ? [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]), new x509.SubjectAlternativeNameExtension([...names])] : []),
  ];
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function withNewline(pem: string): string {
  return `${pem.trimEnd()}\n`;
}
