import type { EnsuredCertificate } from "../../../certificates/ensure.ts";
import { readCertificate } from "../../../config/certificates.ts";
import type { CertificateSettings } from "../../../core/configuration.ts";
import { AppError } from "../../../core/error.ts";
import type { Invocation, Outside } from "../../command.ts";
import { type KeyAccess, withKeys } from "../../key-access.ts";
import { ensureStored, ensureStoredAuthority, pairKeys } from "../../stored-certificates.ts";
import { neededFlag, oneArgument } from "../secret/content.ts";
import { printCertificate } from "./print.ts";

/** Makes a certificate, renews it, or takes the one that is there. */
export async function ensure(invocation: Invocation): Promise<number> {
  return carryOut(invocation, wantedBy(invocation, {}), ensureStored);
}

const CA_DAYS = 3_650;

/** Makes an authority, or takes the one that is there. */
export async function ca(invocation: Invocation): Promise<number> {
  // An authority is for no host, so its name need not be one.
  return carryOut(invocation, wantedBy(invocation, { days: CA_DAYS, san: ["authority"] }), ensureStoredAuthority);
}

const OUTCOMES = { made: "made", kept: "reused", renewed: "renewed" } as const;

type Ensure = (wanted: CertificateSettings, access: KeyAccess, outside: Outside) => Promise<EnsuredCertificate>;

async function carryOut(invocation: Invocation, wanted: CertificateSettings, act: Ensure): Promise<number> {
  return withKeys(invocation, async (access) => {
    const { outcome, description } = await act(wanted, access, invocation.outside);
    printCertificate(invocation, { outcome: OUTCOMES[outcome], keys: pairKeys(access.resolve(wanted.keyPrefix).key), description });
    return 0;
  });
}

/** What the flags ask for, read as the table in remora.toml is. Throws USAGE. */
function wantedBy(invocation: Invocation, preset: Readonly<Record<string, unknown>>): CertificateSettings {
  const { san, days, ca, rsa, to } = invocation.flags;
  const given = { name: oneArgument(invocation, "NAME"), key_prefix: neededFlag(invocation, "key-prefix"), san, days: numberIn(days), ca, rsa: numberIn(rsa), recipients: to };
  const { certificate, problems: [problem] } = readCertificate({ ...preset, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }, []);
  if (certificate !== undefined && problem === undefined) return certificate;
  throw new AppError("USAGE", problem?.reason.replace(/^(days|ca|rsa|san|key_prefix): /, (_, key: string) => `--${key.replace("_", "-")}: `) ?? "The certificate makes no sense", { hint: problem?.hint });
}

function numberIn(text: unknown): unknown {
  return typeof text === "string" && /^\d+$/.test(text) ? Number(text) : text;
}
