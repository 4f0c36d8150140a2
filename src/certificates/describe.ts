import { X509Certificate } from "node:crypto";
import { AppError } from "../core/error.ts";
import type { Secret } from "../core/secret.ts";
import { readPrivateKey } from "./keys.ts";
import { toAlternativeName } from "./names.ts";

export interface CertificateDescription {
  /** As in "CN=logstash". */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and IP addresses, in the spelling of toAlternativeName(). */
  readonly sans: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256, as in "AB:CD:...". */
  readonly fingerprint: string;
}

/** What a certificate in PEM says, the first where there are several. Throws BACKEND_DATA. */
export function describeCertificate(pem: string): CertificateDescription {
  const certificate = parseCertificate(pem);
  const { subject, issuer, subjectAltName = "", validFrom, validTo, fingerprint256 } = certificate;
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    sans: subjectAltName.split(", ").flatMap((name) => {
      const text = /^(?:DNS|IP Address):(.*)$/.exec(name)?.[1];
      return text === undefined ? [] : [toAlternativeName(text)?.value ?? text];
    }),
    notBefore: new Date(validFrom),
    notAfter: new Date(validTo),
    fingerprint: fingerprint256,
  };
}

// What expires sooner than this is renewed, however short its life.
const MARGIN_MS = 3_600_000;

type Validity = Pick<CertificateDescription, "notBefore" | "notAfter">;

/** Whether two thirds of its life are over. */
export function renewalDue(validity: Validity, now: number): boolean {
  return now >= renewalTime(validity).getTime();
}

/** When two thirds of its life are over. */
export function renewalTime({ notBefore, notAfter }: Validity): Date {
  const third = (notAfter.getTime() - notBefore.getTime()) / 3;
  return new Date(notAfter.getTime() - Math.max(third, MARGIN_MS));
}

/** Whether the private key belongs to the certificate. Throws BACKEND_DATA or CONFIG_INVALID for what is neither. */
export function matches(certificate: string, privateKey: Secret): boolean {
  return parseCertificate(certificate).checkPrivateKey(readPrivateKey(privateKey, "Cannot compare a certificate"));
}

/** Throws BACKEND_DATA. */
export function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new AppError("BACKEND_DATA", "Cannot read a certificate: it is not one in PEM", { cause: error });
  }
}

function oneLine(name: string): string {
  return name.split("\n").join(", ");
}
