import { AppError } from "../../core/error.ts";
import { type ListenAddress, toListenAddress } from "../../core/listen-address.ts";
import { didYouMean } from "../../core/suggest.ts";
import { appEnvironment } from "../../process/environment.ts";
import { secretVariables } from "../../config/settings.ts";
import type { Compatible, Outside } from "../command.ts";
import type { Arguments } from "./arguments.ts";
import { backendFlags, backendNamed, type Values } from "./backends.ts";
import { readConfigFile } from "./config-file.ts";
import { nodesByName } from "./nodes.ts";
import { OPTIONS } from "./options.ts";
import { refuseUnknownResource } from "./resource.ts";
import { stateDirectory } from "./state-directory.ts";
import { confdUnits, NO_LIMIT } from "./units.ts";
import { readValues, withList } from "./values.ts";

const CONFDIR = "/etc/confd";
const INTERVAL_S = "600";
/** The backend of the original line, where none is named. */
const BACKEND = "etcd";
const LONGEST_WAIT_FACTOR = 5;

/** A command line of confd's in Remora's words. */
export interface Translated {
  readonly values: Values;
  /** Remora's flags. */
  readonly flags: Readonly<Record<string, string | readonly string[]>>;
  readonly compatible: Compatible;
  /** What is odd and not wrong; each is told once. */
  readonly warnings: readonly string[];
}

/** Variables that Consul's and Vault's and etcd's own programs read, as confd does with them. */
const EXTRA: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  etcd: { node: "ETCDCTL_PEERS" },
  consul: { "auth-token": "CONSUL_HTTP_TOKEN" },
  vault: { "auth-token": "VAULT_TOKEN" },
};

/** Reads confd.toml and variables beside the arguments, and says all of it in Remora's words. Throws USAGE and CONFIG_INVALID. */
export async function translate(args: Arguments, outside: Outside): Promise<Translated> {
  const first = readValues({ given: args.given, env: outside.env });
  const file = await readConfigFile(first.text("config-file"), outside.ports.files, outside.cwd);
  const sources = { given: args.given, env: outside.env, toml: file.data, tomlLabel: file.label };
  const word = args.backend ?? readValues(sources).text("backend") ?? BACKEND;
  const read = readValues({ ...sources, extra: EXTRA[word] ?? {} });
  const found = await nodesByName(word, read);
  const values = found === undefined ? read : withList(read, "node", found.nodes, found.label);
  const backend = backendFlags(word, values);
  await refuseUnknownResource(values.text("resource"), values.text("confdir") ?? CONFDIR, outside);
  const flags = {
    confdir: CONFDIR,
    ...simpleFlags(values),
    ...logFlags(values),
    ...timeFlags(word, values),
    ...(outside.env["REMORA_STATE_DIR"] ? {} : { "state-dir": await stateDirectory(values.text("confdir") ?? CONFDIR, outside) }),
    ...backend.flags,
    backend: backendNamed(word, values.label("backend")),
  };
  const compatible: Compatible = {
    labels: { ...Object.fromEntries(OPTIONS.flatMap(({ name, to }) => (to === undefined ? [] : [[to, values.label(name)]]))), ...backend.labels },
    dialect: confdUnits({
      syncOnly: values.yes("sync-only"),
      prefixInstead: args.line === "original" && (values.text("prefix") ?? "") !== "",
      checkTimeout: values.text("check-cmd-timeout"),
      reloadTimeout: values.text("reload-cmd-timeout"),
      only: values.text("resource"),
      cwd: outside.cwd,
    }),
    commandEnv: appEnvironment(outside.env, [...secretVariables(), "CONSUL_HTTP_TOKEN", "VAULT_TOKEN"]),
    metrics: metricsAddress(values),
  };
  return { values, flags, compatible, warnings: [...file.warnings, ...unknownVariables(outside.env), ...withoutEffect(values), ...backend.warnings] };
}

function simpleFlags(values: Values): Record<string, string> {
  const given = (name: string) => (name === "backend-timeout" && values.text(name) === "0" ? NO_LIMIT : values.text(name));
  return Object.fromEntries(OPTIONS.flatMap(({ name, to }) => (to !== undefined && given(name) !== undefined ? [[to, given(name) ?? ""]] : [])));
}

const LEVELS: Readonly<Record<string, string>> = { debug: "debug", info: "info", warn: "warn", warning: "warn", error: "error", fatal: "error", panic: "error" };
const FORMATS: Readonly<Record<string, string>> = { text: "logfmt", json: "json" };

function logFlags(values: Values): Record<string, string> {
  return { ...oneOf("log-level", LEVELS, values), ...oneOf("log-format", FORMATS, values) };
}

function oneOf(name: string, words: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  const word = values.text(name);
  if (word === undefined) return {};
  const found = Object.hasOwn(words, word) ? words[word] : undefined;
  if (found === undefined) throw new AppError("CONFIG_INVALID", `${values.label(name)}: "${word}" is not known`, { hint: didYouMean(word, Object.keys(words)) ?? `One of: ${Object.keys(words).join(", ")}` });
  return { [name]: found };
}

/** Without --watch everything is compared once an interval, and changes are applied no more often; they are followed all the same. */
function timeFlags(word: string, values: Values): Record<string, string> {
  const interval = `${values.text("interval") ?? INTERVAL_S}s`;
  const batch = values.text("batch-interval");
  const quiet = values.text("debounce");
  const polled = ["vault", "redis"].includes(word) && values.names.includes("interval") ? { [`${word}-interval`]: interval } : {};
  if (!values.yes("watch") && !values.yes("onetime")) return { reconcile: interval, "wait-min": interval, "wait-max": interval, ...polled };
  if (batch !== undefined && batch !== "0") return { "wait-min": batch, "wait-max": batch, "wait-collect-first": "true" };
  return quiet === undefined || quiet === "0" ? {} : { "wait-min": quiet, "wait-max": times(quiet, LONGEST_WAIT_FACTOR), "wait-collect-first": "true" };
}

/** "500ms" times 5 is written "500ms500ms...", which adds up. */
function times(duration: string, factor: number): string {
  return duration.repeat(factor);
}

/** Go takes ":9100" for all interfaces, and refuses "9100". */
function metricsAddress(values: Values): ListenAddress | undefined {
  const text = values.text("metrics-addr");
  if (text === undefined || text === "") return undefined;
  try {
    if (/^\d+$/.test(text)) throw new Error(`"${text}" is not an address`);
    return toListenAddress(text.startsWith(":") ? `0.0.0.0${text}` : text);
  } catch (thrown) {
    throw new AppError("CONFIG_INVALID", `${values.label("metrics-addr")}: ${(thrown as Error).message}`, { hint: 'Write ":9100" or "127.0.0.1:9100"' });
  }
}

/** Slips alone are told of: templates may read variables of any name. */
function unknownVariables(env: Outside["env"]): readonly string[] {
  const known = OPTIONS.flatMap((option) => option.env ?? []);
  return Object.keys(env).flatMap((variable) => {
    const hint = variable.startsWith("CONFD_") && !known.includes(variable) ? didYouMean(variable, known) : undefined;
    return hint === undefined ? [] : [`${variable}: this variable is not known. ${hint}`];
  });
}

function withoutEffect(values: Values): readonly string[] {
  return OPTIONS.flatMap(({ name, unused }) => (unused !== undefined && values.names.includes(name) ? [`${values.label(name)}: this has no effect, as ${unused}`] : []));
}
