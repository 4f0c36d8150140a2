import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";

/** Bytes of a key, and of what two keys share. */
export const KEY_LENGTH = 32;

// RFC 8410: DER of a private key is this and its bytes; as a JWK it would need its public key as well.
const PKCS8_START = Buffer.from("302e020100300506032b656e04220420", "hex");

export function newPrivateKey(): KeyObject {
  return generateKeyPairSync("x25519").privateKey;
}

export function privateKeyFrom(bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_START, bytes]), format: "der", type: "pkcs8" });
}

/** The 32 bytes of a private key; whoever asks forgets them soon. */
export function privateBytesOf(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "pkcs8" }).subarray(PKCS8_START.length);
}

export function publicBytesOf(privateKey: KeyObject): Uint8Array {
  const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  return Uint8Array.from(Buffer.from(x, "base64url"));
}

/** Whether 32 bytes are a public key in its one form: X25519 ignores the highest bit, which would give each key a second one. */
export function isCanonical(publicBytes: Uint8Array): boolean {
  return publicBytes.length === KEY_LENGTH && ((publicBytes[KEY_LENGTH - 1] ?? 0) & 0x80) === 0;
}

/** What a private and a public key share, or undefined for a public key of low order, which shares the same with everybody. */
export function agree(privateKey: KeyObject, publicBytes: Uint8Array): Uint8Array | undefined {
  // From DER it would take twice as long.
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "X25519", x: Buffer.from(publicBytes).toString("base64url") }, format: "jwk" });
  try {
    const shared = diffieHellman({ privateKey, publicKey });
    return shared.some((byte) => byte !== 0) ? shared : undefined;
  } catch {
    // OpenSSL and BoringSSL refuse an all-zero result themselves.
    return undefined;
  }
}
