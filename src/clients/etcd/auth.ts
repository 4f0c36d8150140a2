import type { Clock } from "../../core/ports.ts";
import { decodeAuthenticateResponse, encodeAuthenticateRequest } from "./messages.ts";
import { RpcError } from "./rpc-error.ts";
import type { Session } from "./session.ts";
import { unary } from "./unary.ts";

export interface Login {
  readonly username: string;
  readonly password: string;
}

const AUTHENTICATE_DEADLINE_MS = 5_000;

/** Logs in; answers the token for the calls that follow, or undefined when the server asks nobody for one. */
export async function authenticate(session: Session, { username, password }: Login, clock: Clock, signal: AbortSignal): Promise<string | undefined> {
  const request = encodeAuthenticateRequest(username, password);
  try {
    return decodeAuthenticateResponse(await unary(session, { path: "/etcdserverpb.Auth/Authenticate", request, deadlineMs: AUTHENTICATE_DEADLINE_MS, clock, signal }));
  } catch (error) {
    if (error instanceof RpcError && error.message.includes("authentication is not enabled")) return undefined;
    throw error;
  }
}
