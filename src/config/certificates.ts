import { toAlternativeName, toSubjectName } from "../certificates/index.ts";
import type { CertificateSettings } from "../core/configuration.ts";
import { reason } from "../core/error.ts";
import { setting } from "../schema/setting.ts";
import { isTable, type Path, type Problem, readTable, type Values } from "../schema/table.ts";
import { name, oneOfNumbers, texts, wholeNumber } from "../schema/values.ts";

/** The name of the tables in remora.toml: [[certificate]]. */
export const CERTIFICATE_TABLE = "certificate";

const MOST_DAYS = 36_500;

/** Keys of a [[certificate]]. */
export const CERTIFICATE_KEYS = {
  name: setting(name, { doc: "Whom it is for: the common name of its subject", required: true }),
  key_prefix: setting(name, { doc: "Where it is: KEY_PREFIX/certificate, and sealed KEY_PREFIX/private_key", required: true }),
  san: setting(texts, { doc: "DNS names and IP addresses that it is valid for; without, the name itself", default: [] }),
  days: setting(wholeNumber(1, MOST_DAYS), { doc: "How long it is valid; it is renewed when two thirds of that are over", default: 365 }),
  ca: setting(name, { doc: "Key prefix of the authority that signs it; without, it signs itself" }),
  rsa: setting(oneOfNumbers([2048, 3072]), { doc: "Bits of an RSA key, for clients too old for P-256" }),
  recipients: setting(texts, { doc: "Public keys that its private key is sealed for; without, those of [secrets]", default: [] }),
} as const;

type Tables = Readonly<Record<string, unknown>>;

/** Reads one table; all problems are found. */
export function readCertificate(raw: Tables, path: Path): { readonly certificate: CertificateSettings | undefined; readonly problems: readonly Problem[] } {
  const { values, problems } = readTable(CERTIFICATE_KEYS, raw, path);
  if (values === undefined) return { certificate: undefined, problems };
  return { certificate: toCertificate(values), problems: nameProblems(values, path) };
}

interface Around {
  /** What {{ hostname }} stands for. */
  readonly hostname: string | undefined;
  /** Whether [secrets] says whom to seal for. */
  readonly sealed: boolean;
}

/** Reads [[certificate]] of remora.toml. */
export function readCertificates(raw: unknown, { hostname, sealed }: Around): { readonly certificates: readonly CertificateSettings[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const certificates: CertificateSettings[] = [];
  for (const [index, table] of [raw ?? []].flat().entries()) {
    const path = Array.isArray(raw) ? [CERTIFICATE_TABLE, index] : [CERTIFICATE_TABLE];
    if (!isTable(table)) {
      problems.push({ path, part: "value", reason: "certificate: this is not a table", hint: "Write [[certificate]] on a line of its own" });
      continue;
    }
    const filled = fillIn(table, hostname, path);
    problems.push(...filled.problems);
    if (filled.problems.length > 0) continue;
    const read = readCertificate(filled.table, path);
    problems.push(...read.problems);
    if (read.certificate === undefined) continue;
    const { keyPrefix, recipients } = read.certificate;
    if (recipients.length === 0 && !sealed) problems.push({ path, part: "key", reason: "certificate: nobody is named who may open its private key", hint: "Add recipients here, or in [secrets]; remora secret keygen makes a key" });
    if (certificates.some((other) => other.keyPrefix === keyPrefix)) problems.push({ path: [...path, "key_prefix"], part: "value", reason: `key_prefix: another certificate is at "${keyPrefix}"`, hint: "Give each one a prefix of its own" });
    certificates.push(read.certificate);
  }
  return { certificates, problems };
}

function toCertificate({ name, key_prefix, san, days, ca, rsa, recipients }: Values<typeof CERTIFICATE_KEYS>): CertificateSettings {
  return { name, keyPrefix: key_prefix, sans: san, days, ca, rsa, recipients };
}

function nameProblems({ name, san }: Values<typeof CERTIFICATE_KEYS>, path: Path): Problem[] {
  const problems: Problem[] = [];
  try {
    toSubjectName(name);
  } catch (thrown) {
    problems.push({ path: [...path, "name"], part: "value", reason: `name: ${reason(thrown)}` });
  }
  const isName = (text: string) => toAlternativeName(text) !== undefined;
  if (san.length === 0 && problems.length === 0 && !isName(name)) problems.push({ path: [...path, "name"], part: "value", reason: `name: "${name}" is not a DNS name or an IP address, and san names none`, hint: "Say with san what it is valid for" });
  for (const [index, text] of san.entries()) {
    if (!isName(text)) problems.push({ path: [...path, "san", index], part: "value", reason: `san: "${text}" is not a DNS name or an IP address`, hint: "A DNS name is as in example.org or *.example.org, an address as in 10.0.0.1 or fd00::1" });
  }
  return problems;
}

const HOSTNAME = /\{\{\s*hostname\s*\}\}/g;

/** Puts the name of this host, in a container its own, for {{ hostname }}: one image then serves many containers. */
function fillIn(table: Tables, hostname: string | undefined, path: Path): { readonly table: Tables; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const fill = (value: unknown, at: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...at, index]));
    if (typeof value !== "string" || value.search(HOSTNAME) < 0) return value;
    if (!hostname) problems.push({ path: at, part: "value", reason: `${String(at[path.length])}: {{ hostname }} is not known, as the variable HOSTNAME is not set`, hint: "Containers have it; elsewhere export it, or write the name" });
    return value.replace(HOSTNAME, hostname ?? "");
  };
  return { table: Object.fromEntries(Object.entries(table).map(([key, value]) => [key, fill(value, [...path, key])])), problems };
}
