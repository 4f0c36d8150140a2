import type { Settings } from "../core/configuration.ts";
import { hostPort } from "../schema/host-port.ts";
import { listenAddresses } from "../schema/listen-address.ts";
import { setting } from "../schema/setting.ts";
import { describe, type Values } from "../schema/table.ts";
import { duration, durationBetween, key, listOf, name, onChange, oneOf, path, signal, text, url, yesOrNo } from "../schema/values.ts";
import { plainCommand } from "../schema/command.ts";
import { keyName, serviceName } from "../schema/key-name.ts";
import { LAYOUT_NAMES, REGISTRY_NAMES } from "../registrar/index.ts";
import { toReload } from "./app-reload.ts";
import { BACKEND_NAMES, backendOptions } from "./backend-options.ts";
import { REDIS_SETTINGS } from "./redis-settings.ts";
import { VAULT_SETTINGS } from "./vault-settings.ts";
import { ZOOKEEPER_SETTINGS } from "./zookeeper-settings.ts";

/** Every setting of the program by its place in remora.toml; variables and flags are named after it. */
export const SETTINGS = {
  confdir: setting(path, { doc: "Directory that holds remora.toml, conf.d/ and templates/", default: "/etc/remora", file: false }),
  backend: setting(oneOf(BACKEND_NAMES, "backend"), { doc: "Backend that keys are read from unless they name another, as in \"consul:/db/host\"", default: "file" }),
  prefix: setting(key, { doc: "Stands before each key of the default backend", default: "/" }),
  "wait.min": setting(duration, { doc: "Quiet time after a change before a pass", default: "100ms" }),
  "wait.max": setting(duration, { doc: "Longest time that a pass is put off while changes keep coming", default: "2s" }),
  "wait.collect_first": setting(yesOrNo, { doc: "Let the first change after a quiet spell wait for quiet like the others, so that changes that belong together are one pass; else it is applied at once", default: false }),
  reconcile: setting(duration, { doc: "How often targets are compared with what was written; 0 is never", default: "1m" }),
  state_dir: setting(path, { doc: "Directory that remembers what was written and which reloads are due", default: "/var/lib/remora" }),
  cache_dir: setting(path, { doc: "Directory that keeps what the backends last held, sealed values still sealed, for a start while they are away; without, nothing is kept" }),
  timeout: setting(durationBetween("1ms"), { doc: "How long a one-shot command may take to reach its backends", default: "30s" }),
  shutdown_timeout: setting(duration, { doc: "How long a running reload may take to finish after a stop signal", default: "10s" }),
  log_level: setting(oneOf(["debug", "info", "warn", "error"], "log level"), { doc: "Least important level that is logged", default: "info" }),
  log_format: setting(oneOf(["logfmt", "json"], "log format"), { doc: "How log lines are written", default: "logfmt" }),

  "status.listen": setting(listenAddresses, { doc: 'Where the status is told: "unix:/run/remora.sock", "127.0.0.1:9110", several of them, or "off"; beside them, unless off, at a socket in state_dir, of remora run "unix:STATE_DIR/remora.sock"' }),
  "status.token_file": setting(path, { doc: "File that holds the token to be shown over TCP; needed for all but loopback, and read anew each time" }),

  "backends.etcd.endpoints": setting(listOf(url), { doc: "Addresses of the members", default: ["http://127.0.0.1:2379"] }),
  "backends.etcd.ca_file": setting(path, { doc: "Certificates to trust instead of the system's, PEM" }),
  "backends.etcd.cert_file": setting(path, { doc: "Client certificate, PEM" }),
  "backends.etcd.key_file": setting(path, { doc: "Key of the client certificate, PEM" }),
  "backends.etcd.server_name": setting(name, { doc: "Name to expect in the server's certificate, when it is not the endpoint's" }),
  "backends.etcd.username": setting(name, { doc: "User to log in as" }),
  "backends.etcd.password_file": setting(path, { doc: "File that holds the password" }),
  "backends.etcd.password": setting(text, { doc: "The password itself; a file is safer", secret: true }),

  "backends.consul.address": setting(url, { doc: "Address of the agent", default: "http://127.0.0.1:8500" }),
  "backends.consul.token": setting(text, { doc: "The ACL token itself; a file is safer", secret: true }),
  "backends.consul.token_file": setting(path, { doc: "File that holds the ACL token" }),
  "backends.consul.username": setting(name, { doc: "User of the basic authentication of a proxy before the agent; Consul itself has tokens" }),
  "backends.consul.password_file": setting(path, { doc: "File that holds the password" }),
  "backends.consul.password": setting(text, { doc: "The password itself; a file is safer", secret: true }),
  "backends.consul.datacenter": setting(name, { doc: "Datacenter to read from, when it is not the agent's" }),
  "backends.consul.ca_file": setting(path, { doc: "Certificates to trust instead of the system's, PEM" }),
  "backends.consul.cert_file": setting(path, { doc: "Client certificate, PEM" }),
  "backends.consul.key_file": setting(path, { doc: "Key of the client certificate, PEM" }),
  "backends.consul.server_name": setting(name, { doc: "Name to expect in the agent's certificate, when it is not the address's" }),
  "backends.consul.wait": setting(durationBetween("1s", "60s"), { doc: "How long the agent may hold a blocking query, 1s to 60s", default: "60s" }),

  ...REDIS_SETTINGS,
  ...ZOOKEEPER_SETTINGS,
  ...VAULT_SETTINGS,

  "backends.file.path": setting(path, { doc: "One .yaml, .json or .toml file, or a directory of them; a relative path begins at confdir", default: "data.yaml" }),
  "backends.file.also": setting(listOf(path), { doc: "More such files or directories; of a key that several have, the last is taken" }),
  "backends.file.filter": setting(text, { doc: 'Names of the files to read of a directory, as in "*.yaml": with it those of subdirectories are read too, and of a key that several have the last is taken; without, the .yaml, .json and .toml files of the directory itself, where no key may be twice' }),

  "backends.env.prefix": setting(text, { doc: 'Begins the names of the variables that are keys: with "APP_", APP_DB_HOST is /db/host', default: "" }),

  "secrets.keyring": setting(listOf(path), { doc: "Files, or directories of files, with the private keys that open sealed values" }),
  "secrets.recipients": setting(listOf(name), { doc: "Public keys that secret put seals for unless --to names others" }),
  "secrets.insecure_keyring": setting(yesOrNo, { doc: "Use key files that others can read, or own; warns at every start", default: false }),
  "secrets.openpgp_keyring": setting(listOf(path), { doc: "OpenPGP secret keyrings that open what crypt sealed" }),

  "supervise.kill_signal": setting(signal, { doc: "Signal that tells the app of remora run to end; without, the one that Remora got, TERM for a restart" }),
  "supervise.kill_timeout": setting(duration, { doc: "How long the app may take to end before it is killed", default: "10s" }),
  "supervise.splay": setting(duration, { doc: "Random delay up to this before the app is restarted for a change, so that a fleet does not restart at once", default: "0" }),
  "supervise.restart": setting(oneOf(["never", "on-failure", "always"], "choice"), { doc: "Whether an app that ended by itself is started again; where it is not, Remora ends with its status", default: "never" }),
  "supervise.backoff_min": setting(durationBetween("1ms"), { doc: "Delay before the app is started again, doubled each time that it ends before it was stable", default: "1s" }),
  "supervise.backoff_max": setting(durationBetween("1ms"), { doc: "Longest such delay", default: "1m" }),
  "supervise.stable_after": setting(durationBetween("1ms"), { doc: "An app that ran for so long has not crashed at its start", default: "10s" }),
  "supervise.forward_hup": setting(yesOrNo, { doc: "Pass SIGHUP on to the app, instead of taking up a new configuration", default: false }),
  "supervise.requires": setting(listOf(serviceName(BACKEND_NAMES)), { doc: 'Services that need a live instance before the app is started: "mysql" where the registrar registers, "consul:mysql" in Consul\'s catalog, "etcd:/services/mysql" below a prefix' }),
  "supervise.requires_on_change": setting(onChange, { doc: 'What it means to the app when their instances change, or the last one is gone: "none", the default, "restart", "signal:HUP", or "reload" by requires_reload_cmd' }),
  "supervise.requires_reload_cmd": setting(plainCommand, { doc: "Command that tells the app of it; REMORA_CHANGED names the services, REMORA_GONE those without a live instance" }),
  "supervise.requires_reload_cmd_timeout": setting(durationBetween("1ms"), { doc: "How long that may take", default: "60s" }),

  "env.prefix": setting(listOf(keyName(BACKEND_NAMES)), { doc: 'Keys below these are variables of the app of remora run: below "/app/env", /app/env/db/host is DB_HOST; of several prefixes a later one wins' }),
  "env.pristine": setting(yesOrNo, { doc: "The app gets the variables of [env] alone, nothing of Remora's own, not even PATH", default: false }),
  "env.on_change": setting(onChange, { doc: 'What a change of them means to the app: "restart", the default, "signal:HUP", "none", or "reload" by env.reload_cmd' }),
  "env.reload_cmd": setting(plainCommand, { doc: "Command that brings a change to the running app; REMORA_CHANGED names the variables, REMORA_GONE those that are no more" }),
  "env.reload_cmd_timeout": setting(durationBetween("1ms"), { doc: "How long that may take", default: "60s" }),
  "env.on_empty": setting(oneOf(["keep", "render"], "choice"), { doc: "When a prefix that had keys has none any more: keep the environment and say so, or take it as it is", default: "keep" }),

  "registrar.registries": setting(listOf(oneOf(REGISTRY_NAMES, "registry")), { doc: "Where services are registered; without, the default backend where it is etcd, Consul or ZooKeeper" }),
  "registrar.layout": setting(oneOf(LAYOUT_NAMES, "layout"), { doc: "Under which keys they are registered where keys are held", default: "host" }),
  "registrar.prefix": setting(key, { doc: "Stands before those keys; without, what is usual for the layout: nothing for host, /services for others" }),
  "registrar.several_ports": setting(yesOrNo, { doc: "Layout host: a key for each port, /NAME/PORT/host", default: false }),
  "registrar.health": setting(yesOrNo, { doc: "Layout json: critical and draining instances stay, and say so", default: false }),
  "registrar.domain": setting(name, { doc: "Layout skydns2: the domain below which names are resolved" }),
  "registrar.key": setting(name, { doc: 'Layout own: the key, as in "/app/server/{{ port }}"' }),
  "registrar.value": setting(name, { doc: 'Layout own: the value, as in "{{ address }}:{{ port }}"' }),
  "registrar.redis_url": setting(text, { doc: 'Registry redis: as hipache writes it, "redis://:PASSWORD@HOST:PORT/DATABASE#PREFIX"', default: "redis://127.0.0.1:6379", secret: true }),
  "registrar.redis_password_file": setting(path, { doc: "Registry redis: file that holds the password" }),
  "registrar.proxy_url": setting(url, { doc: "Registry docker-flow-proxy: address of the proxy's API", default: "http://127.0.0.1:8080" }),
  "registrar.proxy_distribute": setting(yesOrNo, { doc: "Registry docker-flow-proxy: have the proxy pass it on to its other instances", default: false }),
  "registrar.zookeeper_servers": setting(listOf(hostPort), { doc: "Registry zookeeper: HOST:PORT of other servers than those of [backends.zookeeper]" }),
  "registrar.ttl": setting(durationBetween("5s"), { doc: "How long a registration outlives its registrar", default: "30s" }),
  "registrar.address": setting(listOf(name), { doc: "How the advertised address is chosen, the first that matches", default: ["env:POD_IP", "route"] }),
  "registrar.families": setting(listOf(oneOf(["IPv4", "IPv6"], "family of addresses")), { doc: "An instance for an address of each; without, for one of whichever family" }),
  "registrar.interval": setting(durationBetween("1s"), { doc: "How often everything is compared anew", default: "1m" }),
  "registrar.drain": setting(duration, { doc: "How long clients have to go elsewhere, after everything was deregistered and before the end", default: "0" }),
  "registrar.on_conflict": setting(oneOf(["refuse", "take over"], "choice"), { doc: "When somebody else registered the same id", default: "refuse" }),
} as const;

/** The place of a setting in remora.toml: "wait.min". */
export type SettingName = keyof typeof SETTINGS;

/** A checked value for each setting. */
export type SettingValues = Values<typeof SETTINGS>;

/** Makes the program's settings of checked values. */
export function toSettings(values: SettingValues): Settings {
  return {
    confdir: values.confdir,
    backend: values.backend,
    prefix: values.prefix,
    wait: { min: values["wait.min"], max: values["wait.max"], collectFirst: values["wait.collect_first"] },
    reconcile: values.reconcile,
    stateDir: values.state_dir,
    cacheDir: values.cache_dir,
    timeout: values.timeout,
    shutdownTimeout: values.shutdown_timeout,
    log: { level: values.log_level, format: values.log_format },
    secrets: { keyring: values["secrets.keyring"] ?? [], recipients: values["secrets.recipients"] ?? [], openpgpKeyring: values["secrets.openpgp_keyring"] ?? [], insecureKeyring: values["secrets.insecure_keyring"] },
    status: { listen: values["status.listen"], tokenFile: values["status.token_file"] },
    certificates: [],
    services: [],
    supervise: {
      killSignal: values["supervise.kill_signal"],
      killTimeout: values["supervise.kill_timeout"],
      splay: values["supervise.splay"],
      restart: values["supervise.restart"],
      backoff: { min: values["supervise.backoff_min"], max: values["supervise.backoff_max"] },
      stableAfter: values["supervise.stable_after"],
      forwardHup: values["supervise.forward_hup"],
      requires: values["supervise.requires"] ?? [],
      requiresReload: toReload(values["supervise.requires_on_change"], values["supervise.requires_reload_cmd"], undefined),
      requiresReloadTimeout: values["supervise.requires_reload_cmd_timeout"],
    },
    env: {
      prefixes: values["env.prefix"] ?? [],
      variables: {},
      pristine: values["env.pristine"],
      reload: toReload(values["env.on_change"], values["env.reload_cmd"], { kind: "app restart" }),
      reloadTimeout: values["env.reload_cmd_timeout"],
      onEmpty: values["env.on_empty"],
    },
    registrar: {
      registries: values["registrar.registries"] ?? [],
      layout: {
        layout: values["registrar.layout"],
        prefix: values["registrar.prefix"],
        severalPorts: values["registrar.several_ports"],
        health: values["registrar.health"],
        domain: values["registrar.domain"],
        key: values["registrar.key"],
        value: values["registrar.value"],
      },
      redis: { url: values["registrar.redis_url"], passwordFile: values["registrar.redis_password_file"] },
      proxy: { url: values["registrar.proxy_url"], distribute: values["registrar.proxy_distribute"] },
      zookeeper: { servers: values["registrar.zookeeper_servers"] },
      ttl: values["registrar.ttl"],
      address: values["registrar.address"],
      families: values["registrar.families"] ?? [],
      interval: values["registrar.interval"],
      drain: values["registrar.drain"],
      onConflict: values["registrar.on_conflict"],
    },
    backends: backendOptions(values),
  };
}

/** The environment variable of a setting: "backends.etcd.ca_file" is REMORA_ETCD_CA_FILE. */
export function envName(of: string): string {
  return `REMORA_${shortName(of).replaceAll(".", "_").toUpperCase()}`;
}

/** The variables whose values are secrets. */
export function secretVariables(): readonly string[] {
  return describe(SETTINGS).flatMap((one) => (one.secret ? [envName(one.name)] : []));
}

/** The flag of a setting without its dashes: "backends.etcd.ca_file" is "etcd-ca-file". */
export function flagName(of: string): string {
  return shortName(of).replace(/[._]/g, "-");
}

function shortName(of: string): string {
  // "env.prefix" has the name that is short: it is about the app.
  return of.replace(/^backends\.env\./, "env_backend.").replace(/^(backends|secrets|supervise)\./, "");
}

/** What parsing arguments and --help need to know of a flag. */
export interface SettingFlag {
  /** Without dashes. */
  readonly flag: string;
  readonly type: "string" | "boolean";
  /** May be given several times, or once with commas. */
  readonly multiple: boolean;
  /** What stands for its value in --help: "DURATION". */
  readonly value: string;
  readonly doc: string;
  readonly default?: string;
  readonly env: string;
}

/** A flag for each setting. */
export function settingFlags(): readonly SettingFlag[] {
  return describe(SETTINGS).map((one) => ({
    flag: flagName(one.name),
    type: one.type === "boolean" ? "boolean" : "string",
    multiple: one.list,
    value: /^(one|any) of /.test(one.type) ? one.type.slice("one of ".length).replaceAll(", ", "|") : one.type.replace(/^list of (.*)s$/, "$1").replace(/ to .*/, "").toUpperCase(),
    doc: one.doc,
    ...(one.default ? { default: one.default } : {}),
    env: envName(one.name),
  }));
}
