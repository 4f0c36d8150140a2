import { setting } from "../schema/setting.ts";
import { duration, key, name, oneOf, path, text, url } from "../schema/values.ts";

/** The table [backends.vault]. */
export const VAULT_SETTINGS = {
  "backends.vault.address": setting(url, { doc: "Address of Vault", default: "http://127.0.0.1:8200" }),
  "backends.vault.root": setting(key, { doc: 'The path that is the root of all keys: with "/secret", /db/password is the field password of secret/db', default: "/" }),
  "backends.vault.auth": setting(oneOf(["token", "approle", "kubernetes"], "way to log in"), { doc: "How to log in", default: "token" }),
  "backends.vault.auth_path": setting(name, { doc: "Where that is mounted, when not under its own name" }),
  "backends.vault.token_file": setting(path, { doc: "File that holds the token" }),
  "backends.vault.token": setting(text, { doc: "The token itself; a file is safer", secret: true }),
  "backends.vault.role_id": setting(name, { doc: "approle: the role's id" }),
  "backends.vault.secret_id_file": setting(path, { doc: "approle: file that holds the secret id, where the role wants one" }),
  "backends.vault.secret_id": setting(text, { doc: "approle: the secret id itself; a file is safer", secret: true }),
  "backends.vault.role": setting(name, { doc: "kubernetes: the role" }),
  "backends.vault.jwt_file": setting(path, { doc: "kubernetes: file that holds the service account's token, read anew each time", default: "/var/run/secrets/kubernetes.io/serviceaccount/token" }),
  "backends.vault.namespace": setting(name, { doc: "Namespace of Vault Enterprise" }),
  "backends.vault.ca_file": setting(path, { doc: "Certificates to trust instead of the system's, PEM" }),
  "backends.vault.cert_file": setting(path, { doc: "Client certificate, PEM" }),
  "backends.vault.key_file": setting(path, { doc: "Key of the client certificate, PEM" }),
  "backends.vault.interval": setting(duration, { doc: "How often everything is read again; 0 is never", default: "30s" }),
} as const;
