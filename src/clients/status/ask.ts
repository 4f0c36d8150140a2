import { request } from "node:http";
import { AppError, reason } from "../../core/error.ts";
import { formatListenAddress, type ListenAddress } from "../../core/listen-address.ts";
import { socketPathProblem } from "../../core/socket-path.ts";

export interface StatusQuestion {
  readonly at: ListenAddress;
  readonly path: string;
  readonly token: string | undefined;
}

/** Asks a Remora that runs. Throws STATUS_UNREACHABLE where none answers, or the signal's reason when it aborts. */
export function askStatus({ at, path, token }: StatusQuestion, signal: AbortSignal): Promise<{ readonly status: number; readonly body: string }> {
  const problem = at.kind === "unix" ? socketPathProblem(at.path) : undefined;
  if (problem !== undefined) return Promise.reject(unreachable(at, problem, "A shorter state_dir, or [status] listen, has room for it"));
  return new Promise((resolve, reject) => {
    const place = at.kind === "unix" ? { socketPath: at.path, host: "localhost" } : { host: at.host, port: at.port };
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const asked = request({ ...place, path, headers, agent: false, signal }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    const fail = (error: unknown) => reject(signal.aborted ? signal.reason : unreachable(at, sentenceOf(error), hintOf(error), error));
    asked.on("error", fail);
    asked.end();
  });
}

const SENTENCES: Readonly<Record<string, string>> = { ENOENT: "there is no such socket", ECONNREFUSED: "nothing listens there", EACCES: "permission denied" };

function hintOf(error: unknown): string {
  if ((error as { code?: string }).code === "EACCES") return "Ask as root, or as the user that Remora runs as";
  return "Does Remora run, and with the same [status] listen and state_dir?";
}

function sentenceOf(error: unknown): string {
  return SENTENCES[(error as { code?: string }).code ?? ""] ?? reason(error);
}

function unreachable(at: ListenAddress, why: string, hint: string, cause?: unknown): AppError {
  return new AppError("STATUS_UNREACHABLE", `Cannot ask for the status at "${formatListenAddress(at)}": ${why}`, { hint, cause });
}
