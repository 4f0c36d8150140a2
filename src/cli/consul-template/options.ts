/** An option of consul-template: a flag, and a key of its configuration with the block that it stands in. */
export interface ConsulTemplateOption {
  /** As a flag, without dashes; undefined for what only a file can say. */
  readonly flag?: string;
  /** In a file: "log_level", "consul.address". */
  readonly key?: string;
  readonly kind: "text" | "list" | "boolean" | "number";
  /** What stands for its value in --help, for those that are no booleans. */
  readonly value?: string;
  readonly doc: string;
  /** The variables that give it, the strongest first. */
  readonly env?: readonly string[];
  /** Remora's flag that takes the same value. */
  readonly to?: string;
  /** Why nothing is to be done about it. */
  readonly unused?: string;
}

const RETRIES = "what fails is tried again for as long as it takes";
const LIMITS = "Remora has limits of its own for this";
const TO_STDERR = "the log goes to standard error";
const VAULT = "templates read Vault by keys: {{key \"vault:/PATH\"}} with REMORA_VAULT_ADDRESS";
const SHARED = "one copy in memory serves all templates, and a change costs Consul no read";

const VAULT_DETAILS = [
  ...["client-user-agent", "default-lease-duration", "retry-attempts", "retry-backoff", "retry-max-backoff"],
  ...["ssl-ca-cert", "ssl-ca-path", "ssl-cert", "ssl-key", "ssl-server-name"],
  ...["dial-keep-alive", "dial-timeout", "disable-keep-alives", "max-conns-per-host", "max-idle-conns-per-host", "tls-handshake-timeout"].map((name) => `transport-${name}`),
].map((name) => `vault-${name}`);

/** Everything that a command line and the blocks beside `template` may say. */
export const OPTIONS: readonly ConsulTemplateOption[] = [
  { flag: "config", kind: "list", value: "PATH", doc: "A file in HCL or JSON, or a directory of them; may be given several times" },
  { flag: "template", kind: "list", value: "SRC:DEST[:CMD]", doc: "A template, its target, and a command to run after a change; may be given several times" },
  { flag: "once", key: "once", kind: "boolean", doc: "Wait until everything is there, apply it, and end" },
  { flag: "dry", kind: "boolean", doc: "Print what would be written, and write nothing" },
  { flag: "parse-only", key: "parse_only", kind: "boolean", doc: "Look at the configuration and the templates, and end" },
  { flag: "exec", key: "exec.command", kind: "list", value: "CMD", doc: "An app to start when everything is applied; it is told of changes, and its status is passed on" },
  { flag: "exec-kill-signal", key: "exec.kill_signal", kind: "text", value: "SIGNAL", doc: "What tells the app to end (default SIGINT)" },
  { flag: "exec-kill-timeout", key: "exec.kill_timeout", kind: "text", value: "DURATION", doc: "How long the app may take to end (default 30s)", to: "kill-timeout" },
  { flag: "exec-reload-signal", key: "exec.reload_signal", kind: "text", value: "SIGNAL", doc: "What tells the app of a change; without, it is started again" },
  { flag: "exec-splay", key: "exec.splay", kind: "text", value: "DURATION", doc: "Random delay up to this before the app is started again", to: "splay" },
  { flag: "exec-env-pristine", key: "exec.env.pristine", kind: "boolean", doc: "The app gets the custom variables alone" },
  { flag: "exec-env-custom", key: "exec.env.custom", kind: "list", value: "NAME=VALUE", doc: "A variable for the app; may be given several times" },
  { flag: "exec-env-allowlist", key: "exec.env.allowlist", kind: "list", value: "PATTERN", doc: "Variables that the app gets, as in APP_*; may be given several times" },
  { flag: "exec-env-denylist", key: "exec.env.denylist", kind: "list", value: "PATTERN", doc: "Variables that the app does not get, above all others; may be given several times" },
  { flag: "exec-env-whitelist", key: "exec.env.whitelist", kind: "list", value: "PATTERN", doc: "An older name of -exec-env-allowlist" },
  { flag: "exec-env-blacklist", key: "exec.env.blacklist", kind: "list", value: "PATTERN", doc: "An older name of -exec-env-denylist" },
  { flag: "kill-signal", key: "kill_signal", kind: "text", value: "SIGNAL", doc: "What ends this program, beside SIGINT and SIGTERM" },
  { flag: "reload-signal", key: "reload_signal", kind: "text", value: "SIGNAL", doc: "What makes it read its configuration again, beside SIGHUP" },
  { flag: "wait", kind: "text", value: "MIN[:MAX]", doc: "Quiet time after a change before it is applied, and how long that is put off at most (default four times MIN)" },
  { flag: "pid-file", key: "pid_file", kind: "text", value: "FILE", doc: "Where to write the number of this process" },
  { flag: "log-level", key: "log_level", kind: "text", value: "LEVEL", doc: "Least important level that is logged: trace, debug, info, warn, err (default warn)", env: ["CT_LOG", "CONSUL_TEMPLATE_LOG", "CONSUL_TEMPLATE_LOG_LEVEL"] },
  { flag: "default-left-delimiter", key: "default_delimiters.left", kind: "text", value: "TEXT", doc: "What actions begin with (default {{)" },
  { flag: "default-right-delimiter", key: "default_delimiters.right", kind: "text", value: "TEXT", doc: "What actions end with (default }})" },
  { flag: "consul-addr", key: "consul.address", kind: "text", value: "ADDRESS", doc: "Address of the agent (default 127.0.0.1:8500)", env: ["CONSUL_HTTP_ADDR"] },
  { flag: "consul-token", key: "consul.token", kind: "text", value: "TOKEN", doc: "The ACL token", env: ["CONSUL_HTTP_TOKEN"], to: "consul-token" },
  { flag: "consul-token-file", key: "consul.token_file", kind: "text", value: "FILE", doc: "File that holds the ACL token", env: ["CONSUL_HTTP_TOKEN_FILE"], to: "consul-token-file" },
  { flag: "consul-auth", key: "consul.auth", kind: "text", value: "USER:PASSWORD", doc: "Basic authentication of a proxy before the agent", env: ["CONSUL_HTTP_AUTH"] },
  { flag: "consul-retry", key: "consul.retry.enabled", kind: "boolean", doc: "With -once: whether a Consul that does not answer is tried again; without, it is for as long as it takes" },
  { flag: "consul-retry-attempts", key: "consul.retry.attempts", kind: "number", value: "N", doc: "With -once: how often, 0 is without an end (default 12)" },
  { flag: "consul-retry-backoff", key: "consul.retry.backoff", kind: "text", value: "DURATION", doc: "With -once: the first delay, doubled each time (default 250ms); what counts is how long all of them are" },
  { flag: "consul-retry-max-backoff", key: "consul.retry.max_backoff", kind: "text", value: "DURATION", doc: "With -once: the longest delay (default 1m)" },
  { flag: "consul-ssl", key: "consul.ssl.enabled", kind: "boolean", doc: "Speak TLS with the agent", env: ["CONSUL_HTTP_SSL"] },
  { flag: "consul-ssl-ca-cert", key: "consul.ssl.ca_cert", kind: "text", value: "FILE", doc: "Certificates to trust, PEM", env: ["CONSUL_CACERT"], to: "consul-ca-file" },
  { flag: "consul-ssl-cert", key: "consul.ssl.cert", kind: "text", value: "FILE", doc: "Client certificate, PEM", env: ["CONSUL_CLIENT_CERT"], to: "consul-cert-file" },
  { flag: "consul-ssl-key", key: "consul.ssl.key", kind: "text", value: "FILE", doc: "Key of the client certificate, PEM", env: ["CONSUL_CLIENT_KEY"], to: "consul-key-file" },
  { flag: "consul-ssl-server-name", key: "consul.ssl.server_name", kind: "text", value: "NAME", doc: "Name to expect in the agent's certificate", env: ["CONSUL_TLS_SERVER_NAME"], to: "consul-server-name" },
  { flag: "version", kind: "boolean", doc: "Print the version" },
  { key: "consul.auth.enabled", kind: "boolean", doc: "Whether the login is meant" },
  { key: "consul.auth.username", kind: "text", doc: "User of a proxy before the agent" },
  { key: "consul.auth.password", kind: "text", doc: "Password of that user" },
  { key: "wait.min", kind: "text", doc: "Quiet time after a change" },
  { key: "wait.max", kind: "text", doc: "How long that is put off at most" },
  { key: "wait.enabled", kind: "boolean", doc: "Whether the wait is meant" },
  { key: "exec.enabled", kind: "boolean", doc: "Whether the app is meant" },
  { key: "exec.timeout", kind: "text", doc: "Has no effect", unused: "an app runs for as long as it likes" },
  ...unused(["max-stale", "block-query-wait"], LIMITS),
  ...unused(["retry"], RETRIES),
  ...unused(["consul-transport-dial-keep-alive", "consul-transport-dial-timeout", "consul-transport-disable-keep-alives", "consul-transport-max-idle-conns-per-host", "consul-transport-tls-handshake-timeout"], LIMITS),
  ...unused(["consul-ssl-verify", "consul-ssl-ca-path"], "a certificate is always verified; trust another authority by consul-ssl-ca-cert, and name the agent by consul-ssl-server-name"),
  ...unused(["log-file", "log-rotate-bytes", "log-rotate-duration", "log-rotate-max-files", "syslog", "syslog-facility", "syslog-name"], TO_STDERR),
  ...unused(["dedup"], SHARED),
  ...unused(["template-error-fatal", "err-on-failed-lookup"], "a template that fails is told and tried again, and the others go on"),
  ...unused(["vault-addr", "vault-token", "vault-renew-token", "vault-unwrap-token", "vault-retry", "vault-ssl", "vault-ssl-verify", "vault-agent-token-file", ...VAULT_DETAILS], VAULT),
];

/** Those that are there and do nothing; a flag's key has underscores. */
function unused(flags: readonly string[], why: string): readonly ConsulTemplateOption[] {
  const switches = ["dedup", "syslog", "consul-ssl-verify", "template-error-fatal", "err-on-failed-lookup", "vault-renew-token", "vault-unwrap-token", "vault-retry", "vault-ssl", "vault-ssl-verify", "consul-transport-disable-keep-alives", "vault-transport-disable-keep-alives"];
  return flags.map((flag) => ({ flag, key: flag.replace(/^consul-ssl-/, "consul.ssl.").replaceAll("-", "_"), kind: switches.includes(flag) ? ("boolean" as const) : ("text" as const), value: "TEXT", doc: "Has no effect", unused: why }));
}

/** Blocks of a file that are there and do nothing. */
export const UNUSED_BLOCKS: Readonly<Record<string, string>> = {
  vault: VAULT,
  nomad: "Remora does not read Nomad",
  deduplicate: SHARED,
  syslog: TO_STDERR,
  log_file: TO_STDERR,
  "consul.transport": LIMITS,
};
