import { type CertificateDescription, renewalTime } from "../../../certificates/describe.ts";
import type { PairKeys } from "../../../certificates/ensure.ts";
import type { Invocation } from "../../command.ts";
import { formatTable } from "../../table.ts";

export interface PrintedCertificate {
  readonly keys: PairKeys;
  readonly description: CertificateDescription;
  readonly outcome?: "made" | "reused" | "renewed";
  /** The ids of the keys that open its private key. */
  readonly sealedFor?: readonly string[] | "missing" | "not sealed";
}

/** Prints what a certificate says, as lines or as JSON; never a key. */
export function printCertificate({ flags, outside: { stdout } }: Invocation, { keys, description, outcome, sealedFor }: PrintedCertificate): void {
  const { subject, issuer, sans, notBefore, notAfter, fingerprint } = description;
  const authority = sans.length === 0;
  // An authority is not renewed.
  const renewal = authority ? undefined : renewalTime(description).toISOString();
  const told = { outcome, authority, subject, issuer, names: sans, validFrom: notBefore.toISOString(), validUntil: notAfter.toISOString(), renewal, fingerprint, certificate: keys.certificate, privateKey: keys.privateKey, sealedFor };
  if (flags.json === true) {
    stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return;
  }
  const rows: (readonly [string, string | undefined])[] = [
    ["outcome", outcome],
    ["subject", subject],
    ["signed by", issuer === subject ? "itself" : issuer],
    ["names", authority ? "none: it is an authority" : sans.join(", ")],
    ["valid from", told.validFrom],
    ["valid until", told.validUntil],
    ["renewal", renewal],
    ["fingerprint", fingerprint],
    ["certificate", keys.certificate],
    ["private key", keys.privateKey],
    ["sealed for", typeof sealedFor === "string" ? sealedFor : sealedFor?.join(", ")],
  ];
  stdout.write(formatTable(rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]]))));
}
