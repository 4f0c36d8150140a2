/** An option of confd: a flag, a variable, a key of confd.toml, or several of these. */
export interface ConfdOption {
  /** As a flag, without dashes; in confd.toml it has underscores, or dashes as well. */
  readonly name: string;
  readonly kind: "text" | "list" | "boolean" | "seconds" | "duration" | "number";
  /** The values that there are, where these are few and confd itself refuses others at once. */
  readonly words?: readonly string[];
  /** What stands for its value in --help, for those that are no booleans. */
  readonly value?: string;
  readonly doc: string;
  /** The variables that give it, the strongest first. */
  readonly env?: readonly string[];
  /** What it is called in confd.toml, where not by its name; false where it cannot stand there. */
  readonly toml?: string | false;
  /** Remora's flag that does the same. */
  readonly to?: string;
  /** It is about one backend, and may stand in a resource's [backend]. */
  readonly backend?: true;
  /** Why nothing is to be done about it. */
  readonly unused?: string;
}

const NO_TIME = "Remora has limits of its own for this";
const NO_CACHE = "templates are compiled once, and again when they change";
const NO_RETRY = "what fails is tried again, with growing delays";
const BY_SYSTEMD = "systemd is told whenever it asks to be";

/** Everything that both lines of confd take. */
export const OPTIONS: readonly ConfdOption[] = [
  { name: "confdir", kind: "text", value: "DIR", doc: "Directory that holds conf.d/ and templates/ (default /etc/confd)", env: ["CONFD_CONFDIR"], to: "confdir" },
  { name: "config-file", kind: "text", value: "FILE", doc: "confd's own configuration (default /etc/confd/confd.toml)", env: ["CONFD_CONFIG_FILE"], toml: false },
  { name: "backend", kind: "text", value: "BACKEND", doc: "Where keys are read from, for those who do not name it as a word (default etcd)" },
  { name: "onetime", kind: "boolean", doc: "Apply everything once and end", env: ["CONFD_ONETIME"], toml: false },
  { name: "watch", kind: "boolean", doc: "Follow the backend, and apply changes as they come", env: ["CONFD_WATCH"] },
  { name: "interval", kind: "seconds", value: "SECONDS", doc: "Without --watch: compare everything so often, and apply changes no more often (default 600)", env: ["CONFD_INTERVAL"] },
  { name: "debounce", kind: "duration", value: "DURATION", doc: "Quiet time after a change before it is applied", env: ["CONFD_DEBOUNCE"] },
  { name: "batch-interval", kind: "duration", value: "DURATION", doc: "Collect changes for so long", env: ["CONFD_BATCH_INTERVAL"] },
  { name: "prefix", kind: "text", value: "PREFIX", doc: "Stands before each key", env: ["CONFD_PREFIX"], to: "prefix" },
  { name: "log-level", kind: "text", value: "LEVEL", doc: "Least important level that is logged: debug, info, warn, error", env: ["CONFD_LOG_LEVEL"] },
  { name: "log-format", kind: "text", value: "text|json", doc: "How log lines are written", env: ["CONFD_LOG_FORMAT"] },
  { name: "noop", kind: "boolean", doc: "Look once and write nothing", env: ["CONFD_NOOP"] },
  { name: "diff", kind: "boolean", doc: "With --noop: show what would change", toml: false },
  { name: "diff-context", kind: "number", value: "LINES", doc: "With --diff: lines around each change (default 3)", toml: false },
  { name: "color", kind: "boolean", doc: "With --diff: in colours", toml: false },
  { name: "sync-only", kind: "boolean", doc: "Run no check_cmd and no reload_cmd", env: ["CONFD_SYNC_ONLY"] },
  { name: "failure-mode", kind: "text", words: ["best-effort", "fail-fast"], value: "best-effort|fail-fast", doc: "With --onetime: whether the resources after one that failed are applied", env: ["CONFD_FAILURE_MODE"] },
  { name: "keep-stage-file", kind: "boolean", doc: "Has no effect", env: ["CONFD_KEEP_STAGE_FILE"], unused: "staged files are always removed; --noop --diff shows what would be written" },
  { name: "check-config", kind: "boolean", doc: "Look at the configuration and the templates, and end", toml: false },
  { name: "validate", kind: "boolean", doc: "The same; with --mock-data the templates are rendered too", toml: false },
  { name: "mock-data", kind: "text", value: "FILE", doc: "With --validate: values to render from, as the file backend reads them", toml: false },
  { name: "resource", kind: "text", value: "FILE", doc: "Only this resource of conf.d", toml: false },
  { name: "preflight", kind: "boolean", doc: "Reach the backends, render everything, write nothing, and end", toml: false },
  { name: "metrics-addr", kind: "text", value: "ADDRESS", doc: "Tell /metrics, /health, /ready and /ready/detailed at this address: \":9100\"", env: ["CONFD_METRICS_ADDR"] },
  { name: "srv-domain", kind: "text", value: "DOMAIN", doc: "Find the nodes by the SRV record _BACKEND._tcp.DOMAIN", env: ["CONFD_SRV_DOMAIN"] },
  { name: "srv-record", kind: "text", value: "NAME", doc: "Find the nodes by this SRV record", env: ["CONFD_SRV_RECORD"] },
  { name: "backend-timeout", kind: "duration", value: "DURATION", doc: "With --onetime: how long the backends may take (default 30s)", env: ["CONFD_BACKEND_TIMEOUT"], to: "timeout" },
  { name: "preflight-timeout", kind: "duration", value: "DURATION", doc: "With --preflight: how long the backends may take (default 10s)", env: ["CONFD_PREFLIGHT_TIMEOUT"] },
  { name: "check-cmd-timeout", kind: "duration", value: "DURATION", doc: "How long a check_cmd may take, where its resource does not say (default 30s)", env: ["CONFD_CHECK_CMD_TIMEOUT"] },
  { name: "reload-cmd-timeout", kind: "duration", value: "DURATION", doc: "How long a reload_cmd may take, where its resource does not say (default 60s)", env: ["CONFD_RELOAD_CMD_TIMEOUT"] },
  { name: "shutdown-timeout", kind: "duration", value: "DURATION", doc: "How long a running reload may take to finish after a stop signal (default 10s)", env: ["CONFD_SHUTDOWN_TIMEOUT"], to: "shutdown-timeout" },
  { name: "dial-timeout", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_DIAL_TIMEOUT"], unused: NO_TIME, backend: true },
  { name: "read-timeout", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_READ_TIMEOUT"], unused: NO_TIME, backend: true },
  { name: "write-timeout", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_WRITE_TIMEOUT"], unused: NO_TIME, backend: true },
  { name: "retry-max-attempts", kind: "number", value: "NUMBER", doc: "Has no effect", env: ["CONFD_RETRY_MAX_ATTEMPTS"], unused: NO_RETRY, backend: true },
  { name: "retry-base-delay", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_RETRY_BASE_DELAY"], unused: NO_RETRY, backend: true },
  { name: "retry-max-delay", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_RETRY_MAX_DELAY"], unused: NO_RETRY, backend: true },
  { name: "watch-error-backoff", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_WATCH_ERROR_BACKOFF"], unused: NO_RETRY },
  { name: "template-cache", kind: "boolean", doc: "Has no effect", env: ["CONFD_TEMPLATE_CACHE"], unused: NO_CACHE },
  { name: "stat-cache-ttl", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_STAT_CACHE_TTL"], unused: NO_CACHE },
  { name: "systemd-notify", kind: "boolean", doc: "Has no effect", env: ["CONFD_SYSTEMD_NOTIFY"], unused: BY_SYSTEMD },
  { name: "watchdog-interval", kind: "duration", value: "DURATION", doc: "Has no effect", env: ["CONFD_WATCHDOG_INTERVAL"], unused: BY_SYSTEMD },

  { name: "node", kind: "list", value: "NODE", doc: "Address of the backend; may be given several times; -n is short for it", toml: "nodes", backend: true },
  { name: "scheme", kind: "text", value: "http|https", doc: "Of nodes that name none", backend: true },
  { name: "client-ca-keys", kind: "text", value: "FILE", doc: "Certificates to trust instead of the system's", env: ["CONFD_CLIENT_CAKEYS"], toml: "client_cakeys", backend: true },
  { name: "client-cert", kind: "text", value: "FILE", doc: "Client certificate", env: ["CONFD_CLIENT_CERT"], backend: true },
  { name: "client-key", kind: "text", value: "FILE", doc: "Key of the client certificate", env: ["CONFD_CLIENT_KEY"], backend: true },
  { name: "client-insecure", kind: "boolean", doc: "Has no effect: certificates are always verified", backend: true, unused: "certificates are always verified; name the authority with client-ca-keys" },
  { name: "basic-auth", kind: "boolean", doc: "Log in with username and password; their being there says so too", backend: true },
  { name: "username", kind: "text", value: "NAME", doc: "User to log in as", backend: true },
  { name: "password", kind: "text", value: "PASSWORD", doc: "Password of the user", backend: true },
  { name: "auth-token", kind: "text", value: "TOKEN", doc: "Token of Consul or Vault", backend: true },
  { name: "auth-type", kind: "text", value: "token|app-role|kubernetes", doc: "Vault: how to log in", backend: true },
  { name: "role-id", kind: "text", value: "ROLE", doc: "Vault: the role", backend: true },
  { name: "secret-id", kind: "text", value: "SECRET", doc: "Vault: the role's secret id", backend: true },
  { name: "path", kind: "text", value: "PATH", doc: "Vault: where the way to log in is mounted", backend: true },
  { name: "app-id", kind: "text", value: "ID", doc: "Vault: a way to log in that Vault itself has no more", backend: true },
  { name: "user-id", kind: "text", value: "ID", doc: "Vault: a way to log in that Vault itself has no more", backend: true },
  { name: "separator", kind: "text", value: "TEXT", doc: "Redis: stands for the slashes of a key", backend: true },
  { name: "file", kind: "list", value: "FILE", doc: "File: the file, or a directory of files", backend: true },
  { name: "filter", kind: "text", value: "GLOB", doc: "File: names of the files that are read of a directory and of all below it (default *)", backend: true },
  { name: "table", kind: "text", value: "TABLE", doc: "DynamoDB, which Remora does not read", backend: true },
  { name: "imds-cache-ttl", kind: "duration", value: "DURATION", doc: "A backend that Remora does not read", backend: true },
  { name: "acm-export-private-key", kind: "boolean", doc: "A backend that Remora does not read", backend: true },
  { name: "secretsmanager-version-stage", kind: "text", value: "STAGE", doc: "A backend that Remora does not read", backend: true },
  { name: "secretsmanager-no-flatten", kind: "boolean", doc: "A backend that Remora does not read", backend: true },
  { name: "secret-keyring", kind: "text", value: "FILE", doc: "OpenPGP keyring that opens what cget and cgetv read", to: "openpgp-keyring" },
  { name: "version", kind: "boolean", doc: "Print the version", toml: false },
];

/** The option of that name; undefined for one that confd does not have. */
export function optionNamed(name: string): ConfdOption | undefined {
  return OPTIONS.find((option) => option.name === name);
}

/** The key of confd.toml that gives an option, and as it may be written too. */
export function tomlKeys({ name, toml }: ConfdOption): readonly string[] {
  if (toml === false) return [];
  const key = toml ?? name.replaceAll("-", "_");
  return [...new Set([key, key.replaceAll("_", "-"), name])];
}
