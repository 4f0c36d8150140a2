import { createPrivateKey, type KeyObject, webcrypto } from "node:crypto";
import { AppError } from "../core/error.ts";
import { Secret } from "../core/secret.ts";

/** "rsa-2048" and "rsa-3072" are for clients that are too old for elliptic curves. */
export type KeyKind = "p256" | "rsa-2048" | "rsa-3072";

type Algorithm = webcrypto.EcKeyGenParams & { hash: string } | webcrypto.RsaHashedKeyGenParams;

/** A pair that can sign. */
export async function generateKeys(kind: KeyKind): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithmOf(kind), true, ["sign", "verify"]);
}

/** PEM, PKCS#8. */
export async function exportPrivateKey({ privateKey }: webcrypto.CryptoKeyPair): Promise<Secret> {
  const { PemConverter } = await import("./x509.ts");
  return new Secret(`${PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY")}\n`);
}

/** Reads a private key in PEM of any form. Throws CONFIG_INVALID, which `doing` begins. */
export function readPrivateKey(pem: Secret, doing: string): KeyObject {
  try {
    return createPrivateKey(String(pem.reveal()));
  } catch {
    // The reason of the library is left out: it may quote what it read.
    throw new AppError("CONFIG_INVALID", `${doing}: its private key is not a PEM key without a password`);
  }
}

/** A private key that can sign certificates. Throws CONFIG_INVALID, which `doing` begins. */
export async function importSigningKey(pem: Secret, doing: string): Promise<webcrypto.CryptoKey> {
  const key = readPrivateKey(pem, doing);
  const algorithm = signingAlgorithm(key);
  if (algorithm === undefined) throw new AppError("CONFIG_INVALID", `${doing}: its private key is neither RSA nor P-256, P-384 or P-521`);
  return webcrypto.subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), algorithm, false, ["sign"]);
}

function algorithmOf(kind: KeyKind): Algorithm {
  if (kind === "p256") return { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: kind === "rsa-2048" ? 2048 : 3072, publicExponent: Uint8Array.of(1, 0, 1) };
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

function signingAlgorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): { name: string; hash: string } | { name: string; namedCurve: string } | undefined {
  if (asymmetricKeyType === "rsa") return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const namedCurve = CURVES[asymmetricKeyDetails?.namedCurve ?? ""];
  return asymmetricKeyType === "ec" && namedCurve !== undefined ? { name: "ECDSA", namedCurve } : undefined;
}
