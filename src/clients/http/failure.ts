import { AppError } from "../../core/error.ts";

/** Whom a request was for, in the words of messages. */
export interface HttpServer {
  /** "the agent", "Vault". */
  readonly name: string;
  /** Where it is configured: "backends.consul". */
  readonly table: string;
}

/** What broke on the way to a server as BACKEND_UNREACHABLE, with what to do about it; `doing` begins the message. */
export function httpFailure(doing: string, thrown: unknown, server: HttpServer): AppError {
  const code = codeOf(thrown);
  const message = messageOf(thrown, code);
  const wantsCertificate = WANTS_CERTIFICATE.test(message);
  const reason = wantsCertificate ? "it wants a client certificate that it trusts" : (SENTENCES[code] ?? message);
  return new AppError("BACKEND_UNREACHABLE", `${doing}: ${reason}`, { hint: hintFor(wantsCertificate, code, message, server), cause: thrown });
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

function hintFor(wantsCertificate: boolean, code: string, message: string, { name, table }: HttpServer): string | undefined {
  if (wantsCertificate) return `Set "cert_file" and "key_file" of [${table}]`;
  if (["ECONNREFUSED", "ENOTFOUND", "ENOENT"].includes(code)) return `Is ${name} running, and is "address" of [${table}] its address?`;
  if (code === "EPROTO" || code === "ERR_SSL_WRONG_VERSION_NUMBER") return `Begin "address" of [${table}] with "http://"`;
  if (/certificate has expired|certificate is not yet valid/i.test(message)) return `Renew ${name}'s certificate, or set this machine's clock; Remora goes on by itself then`;
  if (/CERT|SIGNATURE|ISSUER|altname/i.test(code) || /certificate/i.test(message)) return `Set "ca_file" of [${table}] to the certificate that signed ${name}'s, and "address" to a name in it`;
  return undefined;
}
