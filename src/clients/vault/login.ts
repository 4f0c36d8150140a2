import { AppError, reason } from "../../core/error.ts";
import type { Clock, Files, Mask } from "../../core/ports.ts";
import { asTable, type VaultAnswer, type VaultClient, VaultRefusal } from "./client.ts";

/** How we say who we are. */
export interface LoginOptions {
  readonly auth: "token" | "approle" | "kubernetes";
  /** Where the way to log in is mounted, when it is not called as it is. */
  readonly authPath?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly roleId?: string | undefined;
  readonly secretIdFile?: string | undefined;
  readonly secretId?: string | undefined;
  readonly role?: string | undefined;
  readonly jwtFile?: string | undefined;
}

interface Held {
  readonly token: string;
  /** When it is to be renewed, on the monotonic clock; never for one that lasts. */
  readonly renewAt: number;
  /** It ends with us. */
  readonly ours: boolean;
}

const JWT_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/** What part of its time a token lives before it is renewed. */
const RENEW_AFTER = 0.5;
const NEVER = Number.POSITIVE_INFINITY;

/** The token that Vault is asked with: logged in for when it is first needed, renewed in time, logged in for again when it is refused. */
export class VaultLogin {
  readonly #client: VaultClient;
  readonly #options: LoginOptions;
  readonly #ports: { readonly clock: Clock; readonly files: Files; readonly mask: Mask };
  #held: Held | undefined;

  constructor(client: VaultClient, options: LoginOptions, ports: { readonly clock: Clock; readonly files: Files; readonly mask: Mask }) {
    this.#client = client;
    this.#options = options;
    this.#ports = ports;
    for (const secret of [options.token, options.secretId]) if (secret !== undefined) ports.mask.add(secret);
  }

  /** A token that was good a moment ago. */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#held !== undefined && this.#ports.clock.monotonic() >= this.#held.renewAt) this.#held = await this.#renewed(this.#held, signal);
    this.#held ??= await this.#logIn(signal);
    return this.#held.token;
  }

  /** Whether Vault knows the token; one that may not even ask that is as good as none. */
  async isGood(signal: AbortSignal): Promise<boolean> {
    return this.#held !== undefined && (await this.#lookUp(this.#held.token, signal)) !== undefined;
  }

  /** The token was refused: the next one is another. */
  forget(): void {
    this.#held = undefined;
  }

  /** Ends the token where we were given it for ourselves. */
  async end(signal: AbortSignal): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held?.ours === true) await this.#client.post("auth/token/revoke-self", {}, { token: held.token, signal });
  }

  async #logIn(signal: AbortSignal): Promise<Held> {
    const { auth, authPath = auth, roleId, role, secretId, secretIdFile, jwtFile = JWT_FILE } = this.#options;
    const login = async (body: VaultAnswer) => {
      const answer = await this.#client.post(`auth/${encodePath(authPath)}/login`, body, { signal }).catch((thrown: unknown) => {
        throw thrown instanceof VaultRefusal && thrown.status < SERVER_ERRORS ? this.#refused(thrown) : thrown;
      });
      return this.#heldFrom(answer, true);
    };
    switch (auth) {
      case "token":
        return this.#given(signal);
      case "approle":
        return login({ role_id: roleId, ...(secretId !== undefined && { secret_id: secretId }), ...(secretIdFile !== undefined && { secret_id: await this.#read(secretIdFile, "secret_id_file") }) });
      case "kubernetes":
        return login({ role, jwt: await this.#read(jwtFile, "jwt_file") });
    }
  }

  #refused(thrown: VaultRefusal): AppError {
    const { auth } = this.#options;
    const hint = `Check ${auth === "approle" ? '"role_id" and "secret_id_file"' : '"role" and "jwt_file"'} of [backends.vault], and "auth_path" where ${auth} is mounted under another name`;
    return new AppError("BACKEND_DENIED", `Cannot log in to Vault at ${this.#client.target.address} by ${auth}: ${thrown.message}`, { hint, cause: thrown });
  }

  async #given(signal: AbortSignal): Promise<Held> {
    const { token: given, tokenFile } = this.#options;
    const token = tokenFile === undefined ? given : await this.#read(tokenFile, "token_file");
    if (token === undefined) throw new AppError("BACKEND_DENIED", "Cannot ask Vault: there is no token", { hint: 'Set "token_file" of [backends.vault], or "auth" to "approle" or "kubernetes"' });
    const { ttl, renewable } = (await this.#lookUp(token, signal)) ?? {};
    return { token, ours: false, renewAt: this.#renewAt(ttl, renewable) };
  }

  async #lookUp(token: string, signal: AbortSignal): Promise<VaultAnswer | undefined> {
    try {
      return asTable((await this.#client.get("auth/token/lookup-self", token, signal))?.["data"]);
    } catch (thrown) {
      if (thrown instanceof VaultRefusal && thrown.status === FORBIDDEN) return undefined;
      throw thrown;
    }
  }

  /** A token that cannot be renewed any more is logged in for, or read, anew. */
  async #renewed(held: Held, signal: AbortSignal): Promise<Held | undefined> {
    try {
      const renewed = this.#heldFrom(await this.#client.post("auth/token/renew-self", {}, { token: held.token, signal }), held.ours);
      // Near its greatest age a token is given less and less.
      return renewed.renewAt - this.#ports.clock.monotonic() < LEAST_MS ? undefined : renewed;
    } catch (thrown) {
      if (thrown instanceof VaultRefusal) return undefined;
      throw thrown;
    }
  }

  #heldFrom(answer: VaultAnswer | undefined, ours: boolean): Held {
    const { client_token: token, lease_duration: ttl, renewable } = asTable(answer?.["auth"]) ?? {};
    if (typeof token !== "string") throw new AppError("BACKEND_DATA", `Cannot log in to Vault at ${this.#client.target.address}: its answer holds no token`);
    this.#ports.mask.add(token);
    return { token, ours, renewAt: this.#renewAt(ttl, renewable) };
  }

  #renewAt(ttl: unknown, renewable: unknown): number {
    if (typeof ttl !== "number" || ttl <= 0) return NEVER;
    // One that cannot be renewed is replaced, where there is something to log in with.
    return renewable === true || this.#options.auth !== "token" ? this.#ports.clock.monotonic() + ttl * 1_000 * RENEW_AFTER : NEVER;
  }

  async #read(path: string, option: string): Promise<string> {
    const denied = (why: string, cause?: unknown) => new AppError("BACKEND_DENIED", `Cannot read "${path}" for Vault: ${why}`, { hint: `It is "${option}" of [backends.vault]`, cause });
    const bytes = await this.#ports.files.read(path).catch((error: unknown) => {
      throw denied(reason(error), error);
    });
    if (bytes === undefined) throw denied("there is no such file");
    const text = new TextDecoder().decode(bytes).trim();
    // Anything else cannot stand in a header, and the error about it would show it.
    if (!/^[\x21-\x7e]+$/.test(text)) throw denied(text === "" ? "it is empty" : "it holds more than a secret");
    this.#ports.mask.add(text);
    return text;
  }
}

const FORBIDDEN = 403;
const SERVER_ERRORS = 500;
const LEAST_MS = 1_000;

/** A path for a URL, each part encoded. */
export function encodePath(path: string): string {
  return path.split("/").filter((part) => part !== "").map(encodeURIComponent).join("/");
}
