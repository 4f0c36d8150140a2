import assert from "node:assert/strict";
import type { CertificatePair } from "../../src/certificates/issue.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";

/** What most certificates of these tests are made of. */
export const plain = { name: "logstash", sans: ["localhost", "127.0.0.1", "::1"], days: 30, clock: systemClock } as const;

/** What openssl says about a certificate. */
export async function opensslText(certificate: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram([requireProgram("openssl"), "x509", "-noout", "-text", "-nameopt", "RFC2253,-esc_msb"], { input: certificate });
  assert.equal(code, 0, stderr);
  return stdout;
}

/** What `openssl verify` says, for a server or a client, trusting the anchor alone. */
export async function opensslVerify(certificate: string, anchor: string, ...options: string[]): Promise<string> {
  await using dir = await tempDir();
  const [file, caFile] = [await dir.write("cert.pem", certificate), await dir.write("ca.pem", anchor)];
  const { stdout, stderr } = await runProgram([requireProgram("openssl"), "verify", "-x509_strict", "-CAfile", caFile, "-no-CApath", "-no-CAstore", ...options, file]);
  return (stdout + stderr).replaceAll(file, "cert").trim();
}

export function keyText({ privateKey }: CertificatePair): string {
  return String(privateKey.reveal());
}
