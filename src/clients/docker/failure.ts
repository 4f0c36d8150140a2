import { AppError } from "../../core/error.ts";
import type { Target } from "../http/target.ts";

/** What broke on the way to an engine as SOURCE_UNREACHABLE, with what to do about it; `doing` begins the message. */
export function failure(doing: string, thrown: unknown, target: Target): AppError {
  const code = String((thrown as { code?: unknown } | null)?.code ?? "");
  const message = thrown instanceof Error && thrown.message !== "" ? thrown.message : code || String(thrown);
  return new AppError("SOURCE_UNREACHABLE", `${doing}: ${SENTENCES[code] ?? message}`, { hint: hintFor(code, message, target), cause: thrown });
}

/** What an engine answered instead of what was asked for. */
export function refusal(doing: string, status: number, body: string): AppError {
  const said = saidIn(body);
  // Of an engine that speaks nothing as old as we do: it names the version that it wants.
  const hint = /client version .* is too old/i.test(said) ? "This engine is newer than this Remora can speak to: update Remora" : status === 401 || status === 403 ? "Something before the engine, a proxy or an authorization plugin, must allow GET of /_ping, /events and /containers" : undefined;
  return new AppError("SOURCE_UNREACHABLE", `${doing}: it answered ${status}${said === "" ? "" : `, "${said}"`}`, { hint });
}

const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: "the socket may not be opened by this user",
  EPERM: "the socket may not be opened by this user",
  ENOENT: "there is no such socket",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name server does not answer",
  ETIMEDOUT: "the connection is dead",
  EPROTO: "it does not speak TLS, or not this version",
};

function hintFor(code: string, message: string, { at, secure }: Target): string | undefined {
  const socket = "socketPath" in at ? at.socketPath : undefined;
  if (code === "EACCES" || code === "EPERM") return `Run Remora in the group that owns "${socket}" ("stat -c %G ${socket}" names it), or as root; in a container, by "--group-add" with that group's number`;
  if (socket !== undefined && (code === "ENOENT" || code === "ECONNREFUSED")) return `Is the engine running, and is its socket mounted, as by "-v ${socket}:${socket}"?`;
  if (code === "ECONNREFUSED" || code === "ENOTFOUND") return "Is the engine running, and is DOCKER_HOST its address?";
  if (code === "EPROTO") return secure ? 'Begin the address with "http://", or unset DOCKER_CERT_PATH' : undefined;
  if (/CERT|SIGNATURE|ISSUER|altname/i.test(code) || /certificate/i.test(message)) return "DOCKER_CERT_PATH must hold ca.pem, of who signed the engine's certificate, and cert.pem and key.pem that the engine trusts; the address must be a name in the engine's certificate";
  if (!secure && /parse error|HTTP\/|hang up/i.test(message)) return "The engine seems to want TLS: set DOCKER_CERT_PATH";
  return undefined;
}

/** Engines answer errors as {"message": "..."}. */
function saidIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === "string" ? message.slice(0, LONGEST) : "";
  } catch {
    return "";
  }
}

const LONGEST = 300;
