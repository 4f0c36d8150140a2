import { AppError } from "../../core/error.ts";

/** What broke on the way to an agent as BACKEND_UNREACHABLE, with what to do about it; `doing` begins the message. */
export function failure(doing: string, thrown: unknown): AppError {
  const code = codeOf(thrown);
  const message = messageOf(thrown, code);
  const wantsCertificate = WANTS_CERTIFICATE.test(message);
  const reason = wantsCertificate ? "it wants a client certificate that it trusts" : (SENTENCES[code] ?? message);
  const hint = wantsCertificate ? 'Set "cert_file" and "key_file" of [backends.consul]' : hintFor(code, message);
  return new AppError("BACKEND_UNREACHABLE", `${doing}: ${reason}`, { hint, cause: thrown });
}

// Node and Bun write the same TLS alert differently.
const WANTS_CERTIFICATE = /certificate[ _]required|bad[ _]certificate/i;

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name server does not answer",
  ENOENT: "there is no such socket",
  ETIMEDOUT: "the connection is dead",
  EPROTO: "it does not speak TLS, or not this version",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
};

// A host with several addresses fails with an AggregateError that has no message of its own.
function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

function messageOf(thrown: unknown, code: string): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message === "" ? code : message;
}

function hintFor(code: string, message: string): string | undefined {
  if (["ECONNREFUSED", "ENOTFOUND", "ENOENT"].includes(code)) return 'Is the agent running, and is "address" of [backends.consul] its address?';
  if (code === "EPROTO" || code === "ERR_SSL_WRONG_VERSION_NUMBER") return 'Begin "address" of [backends.consul] with "http://"';
  if (/certificate has expired|certificate is not yet valid/i.test(message)) return "Renew the agent's certificate, or set this machine's clock; Remora goes on by itself then";
  if (/CERT|SIGNATURE|ISSUER|altname/i.test(code) || /certificate/i.test(message)) return 'Set "ca_file" of [backends.consul] to the certificate that signed the agent\'s, and "address" to a name in it';
  return undefined;
}
