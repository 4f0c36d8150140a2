import { AppError } from "../core/error.ts";

/** What a certificate is valid for: a DNS name, which may begin with "*.", or an IP address. */
export interface AlternativeName {
  readonly type: "dns" | "ip";
  readonly value: string;
}

// The bound of a common name in RFC 5280.
const LONGEST_NAME = 64;

/** The common name of a subject. Throws CONFIG_INVALID. */
export function toSubjectName(name: string): string {
  if (name === "" || name.length > LONGEST_NAME || /[\p{C}]/u.test(name)) {
    throw new AppError("CONFIG_INVALID", `Cannot make a certificate for "${name}": a name has 1 to ${LONGEST_NAME} printable characters`);
  }
  return name;
}

/** DNS names and IP addresses told apart, each once; where there are none, the name itself is one. Throws CONFIG_INVALID. */
export function toAlternativeNames(name: string, sans: readonly string[]): AlternativeName[] {
  const hint = sans.length === 0 ? "Name at least one DNS name or IP address with --san" : "A DNS name is as in example.org or *.example.org, an address as in 10.0.0.1 or fd00::1";
  const found = (sans.length === 0 ? [name] : sans).map((text) => {
    const alternative = toAlternativeName(text);
    if (alternative === undefined) throw new AppError("CONFIG_INVALID", `Cannot make a certificate for "${name}": "${text}" is not a DNS name or an IP address`, { hint });
    return alternative;
  });
  return [...new Map(found.map((alternative) => [`${alternative.type} ${alternative.value}`, alternative])).values()];
}

/** In one spelling: names in lower case, addresses in their shortest form. Undefined for what is neither. */
export function toAlternativeName(text: string): AlternativeName | undefined {
  const ip = toAddress(text);
  if (ip !== undefined) return { type: "ip", value: ip };
  return isDnsName(text) ? { type: "dns", value: text.toLowerCase() } : undefined;
}

function toAddress(text: string): string | undefined {
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) return text.split(".").every((part) => String(Number(part)) === part && Number(part) <= 255) ? text : undefined;
  // The parser of URLs knows the forms of IPv6, and has no use for zones ("fe80::1%eth0"), as certificates have none.
  if (!text.includes(":") || !/^[\da-f:.]+$/i.test(text)) return undefined;
  const url = `http://[${text}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

// RFC 1123, and underscores, which container names have.
const LABEL = /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/i;
const LONGEST_DNS_NAME = 253;

function isDnsName(text: string): boolean {
  const labels = text.replace(/^\*\./, "").split(".");
  // A last label of digits alone is a mistyped address.
  return text.length <= LONGEST_DNS_NAME && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
}
