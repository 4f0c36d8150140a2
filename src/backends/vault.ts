import type { LoginOptions } from "../clients/vault/login.ts";
import type { BackendDefinition } from "../core/backend.ts";
import type { Key } from "../core/key.ts";

/** The table [backends.vault], already checked. */
export interface VaultOptions extends LoginOptions {
  readonly address: string;
  /** The path that is the root of all keys. */
  readonly root?: Key | undefined;
  readonly namespace?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** How often everything is read again, in milliseconds; 0 is never. */
  readonly interval?: number | undefined;
}

/** Secrets of Vault's KV engines, both versions, read again from time to time. */
export const vaultBackend: BackendDefinition<VaultOptions> = {
  name: "vault",
  summary: "Secrets in the KV engines of Vault",
  async open(options, ports) {
    const { openVault } = await import("./vault/vault-backend.ts");
    return openVault(options, ports);
  },
};
