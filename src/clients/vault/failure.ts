import { AppError } from "../../core/error.ts";

/** What broke on the way to Vault as BACKEND_UNREACHABLE, with what to do about it; `act` begins the message. */
export function failure(act: string, thrown: unknown): AppError {
  const given = (thrown as { code?: unknown } | null)?.code;
  const code = typeof given === "string" ? given : "";
  const message = thrown instanceof Error && thrown.message !== "" ? thrown.message : code || String(thrown);
  return new AppError("BACKEND_UNREACHABLE", `${act}: ${SENTENCES[code] ?? message}`, { hint: hintFor(code, message), cause: thrown });
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name server does not answer",
  EPROTO: "it does not speak TLS, or not this version",
};

function hintFor(code: string, message: string): string | undefined {
  if (code === "ECONNREFUSED" || code === "ENOTFOUND") return 'Is Vault running, and is "address" of [backends.vault] its address?';
  if (code === "EPROTO") return 'Begin "address" of [backends.vault] with "http://"';
  if (/certificate[ _]required|bad[ _]certificate/i.test(message)) return 'Set "cert_file" and "key_file" of [backends.vault]';
  if (/CERT|SIGNATURE|ISSUER|altname/i.test(code) || /certificate/i.test(message)) return 'Set "ca_file" of [backends.vault] to the certificate that signed Vault\'s, and "address" to a name in it';
  return undefined;
}
