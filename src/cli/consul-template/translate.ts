import { toDuration } from "../../core/duration.ts";
import { AppError, toAppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { secretVariables } from "../../config/settings.ts";
import { appEnvironment } from "../../process/environment.ts";
import { signalNumber } from "../../process/signals.ts";
import type { Compatible, Outside } from "../command.ts";
import { stateDirectory } from "../confd/state-directory.ts";
import { environmentOfApp } from "./app-env.ts";
import type { Given } from "./arguments.ts";
import { type Configured, readConfigured, shown } from "./config-file.ts";
import { type ConsulTemplateOption, OPTIONS } from "./options.ts";
import { patienceOf } from "./retry.ts";
import { blockOf, type TemplateOptions, type TemplateUnit, toUnits } from "./units.ts";

/** A command line of consul-template's in Remora's words. */
export interface Translated {
  readonly flags: Readonly<Record<string, string>>;
  readonly compatible: Compatible;
  readonly units: readonly TemplateUnit[];
  /** The app, as words. */
  readonly app: readonly string[] | undefined;
  readonly once: boolean;
  /** How long -once waits for a Consul that does not answer. */
  readonly patience: string;
  readonly parseOnly: boolean;
  readonly killSignal: string | undefined;
  readonly reloadSignal: string | undefined;
  readonly pidFile: string | undefined;
  /** The text of a template that stands in a configuration. */
  readonly contentsOf: (path: string) => string | undefined;
  /** What is odd and not wrong. */
  readonly warnings: readonly string[];
}

const LEVELS: Readonly<Record<string, string>> = { trace: "debug", debug: "debug", info: "info", warn: "warn", warning: "warn", err: "error", error: "error" };
const LONGEST_WAIT_FACTOR = 4;

/** Reads the configuration and variables beside the flags, and says all of it in Remora's words. Throws CONFIG_INVALID. */
export async function translate(given: Given, outside: Outside): Promise<Translated> {
  const { cwd, env, ports: { files } } = outside;
  const paths = (given.get("config") ?? []) as readonly string[];
  const written = ((given.get("template") ?? []) as readonly string[]).map(blockOf);
  const read = () => readConfigured(paths, { files, cwd, env });
  const configured = await read();
  const values = valuesOf(given, configured, env);
  const app = appOf(values);
  const templateOptions: TemplateOptions = { cwd, left: values.text("default-left-delimiter"), right: values.text("default-right-delimiter"), onChange: app === undefined ? undefined : onChange(values) };
  let current = toUnits([...configured.templates, ...written], templateOptions);
  if (current.units.length === 0) throw new AppError("CONFIG_INVALID", "There is no template", { hint: 'Write -template "in.ctmpl:/etc/app.conf", or -config FILE' });
  let fresh = true;
  const address = values.text("consul-addr");
  const consulAddress: Record<string, string> = address === undefined ? {} : { CONSUL_HTTP_ADDR: address };
  const both = (name: string, older: string) => [name, older].flatMap((each) => values.list(`exec-env-${each}`));
  const compatible: Compatible = {
    labels: Object.fromEntries(OPTIONS.flatMap(({ flag, to }) => (to === undefined || flag === undefined ? [] : [[to, values.label(flag)]]))),
    dialect: async (_, { data }) => ({ data, problems: [], warnings: [] }),
    templatesDir: "/",
    // Once more for each time that the configuration is taken up anew.
    unitFiles: async () => {
      if (!fresh) current = toUnits([...(await read()).templates, ...written], templateOptions);
      fresh = false;
      return current.units;
    },
    commandEnv: { ...appEnvironment(env, [...secretVariables(), "CONSUL_HTTP_TOKEN", "CONSUL_HTTP_AUTH", "VAULT_TOKEN"]), ...consulAddress },
    appEnv: environmentOfApp(appEnvironment(env, secretVariables()), { pristine: values.yes("exec-env-pristine"), custom: [...Object.entries(consulAddress).map((pair) => pair.join("=")), ...values.list("exec-env-custom")], allowed: both("allowlist", "whitelist"), denied: both("denylist", "blacklist") }),
    metrics: undefined,
  };
  const targets = current.units.map(({ unit }) => unit.name).join(":");
  return {
    flags: {
      backend: "consul",
      ...Object.fromEntries(OPTIONS.flatMap(({ flag, to }) => (to !== undefined && flag !== undefined && values.text(flag) !== undefined ? [[to, values.text(flag) ?? ""]] : []))),
      ...addressFlags(values),
      ...loginFlags(values),
      ...waitFlags(values),
      "log-level": levelOf(values),
      "kill-signal": signalOf(values, "exec-kill-signal") ?? "SIGINT",
      "kill-timeout": values.text("exec-kill-timeout") ?? "30s",
      ...(env["REMORA_STATE_DIR"] ? {} : { "state-dir": await stateDirectory(targets, outside, "consul-template") }),
    },
    compatible,
    units: current.units,
    app,
    once: values.yes("once") || given.get("dry") === true,
    patience: patienceOf({ enabled: !values.has("consul-retry") || values.yes("consul-retry"), attempts: countOf(values, "consul-retry-attempts", 12), backoff: values.text("consul-retry-backoff") ?? "250ms", maxBackoff: values.text("consul-retry-max-backoff") ?? "1m" }),
    parseOnly: values.yes("parse-only"),
    killSignal: signalOf(values, "kill-signal"),
    reloadSignal: signalOf(values, "reload-signal"),
    pidFile: values.text("pid-file"),
    contentsOf: (path) => current.contents.get(path),
    warnings: [...configured.warnings, ...current.warnings, ...OPTIONS.flatMap(({ flag, key = "", unused }) => (unused !== undefined && values.has(flag ?? key) ? [`${values.label(flag ?? key)}: this has no effect, as ${unused}`] : []))],
  };
}

/** Values of options by their flags. */
interface Values {
  has(flag: string): boolean;
  text(flag: string): string | undefined;
  list(flag: string): readonly string[];
  yes(flag: string): boolean;
  /** How whoever gave it wrote it. */
  label(flag: string): string;
}

/** Flags stand above files, and files above variables. */
function valuesOf(given: Given, { values }: Configured, env: Outside["env"]): Values {
  const optionOf = (flag: string) => OPTIONS.find((option) => option.flag === flag || option.key === flag) as ConsulTemplateOption;
  const found = (name: string): { readonly value: unknown; readonly label: string } | undefined => {
    const { flag = "", key = "", env: variables = [] } = name === "wait" && !given.has("wait") ? { key: "wait" } : optionOf(name);
    if (flag !== "" && given.has(flag)) return { value: given.get(flag), label: `-${flag}` };
    const own = values.get(key);
    if (own !== undefined) return { value: own.value, label: `${key} of ${shown(own.place)}` };
    const variable = variables.find((each) => env[each] !== undefined && env[each] !== "");
    return variable === undefined ? undefined : { value: env[variable], label: variable };
  };
  return {
    has: (name) => found(name) !== undefined,
    text: (name) => {
      const value = found(name)?.value;
      return value === undefined || value === "" ? undefined : String(Array.isArray(value) ? value.at(-1) : value);
    },
    list: (name) => {
      const value = found(name)?.value;
      return value === undefined ? [] : ((Array.isArray(value) ? value : [value]) as readonly unknown[]).map(String);
    },
    yes: (name) => [true, "true", "1", 1].includes(found(name)?.value as boolean),
    label: (name) => found(name)?.label ?? `-${name}`,
  };
}

/** "HOST:PORT" as consul's own programs take it, and "unix://PATH". */
function addressFlags(values: Values): Record<string, string> {
  const address = values.text("consul-addr");
  const secure = values.yes("consul-ssl") || ["consul-ssl-ca-cert", "consul-ssl-cert"].some((name) => values.has(name));
  if (address === undefined) return secure ? { "consul-address": "https://127.0.0.1:8501" } : {};
  return { "consul-address": /^[a-z]+:\/\//.test(address) ? address : `${secure ? "https" : "http"}://${address}` };
}

/** "USER:PASSWORD", or a block that says both. */
function loginFlags(values: Values): Record<string, string> {
  if (values.has("consul.auth.enabled") && !values.yes("consul.auth.enabled")) return {};
  const [, username = values.text("consul.auth.username"), password = values.text("consul.auth.password")] = /^([^:]*):(.*)$/s.exec(values.text("consul-auth") ?? "") ?? [];
  if (values.has("consul-auth") && username === undefined) throw new AppError("CONFIG_INVALID", `${values.label("consul-auth")}: this holds no user and password`, { hint: "Write USER:PASSWORD" });
  return { ...(username && { "consul-username": username }), ...(password && { "consul-password": password }) };
}

function waitFlags(values: Values): Record<string, string> {
  const [min, max = values.text("wait.max")] = values.text("wait")?.split(":") ?? [values.text("wait.min")];
  if (min === undefined || min === "" || (values.has("wait.enabled") && !values.yes("wait.enabled"))) return {};
  const label = values.label(values.has("wait") ? "wait" : "wait.min");
  const [least, most] = [durationOf(min, label), max === undefined ? undefined : durationOf(max, label)];
  if (most !== undefined && least > most) throw new AppError("CONFIG_INVALID", `${label}: the first of "${min}" and "${max}" is the longer one`, { hint: "Write MIN:MAX" });
  return { "wait-min": min, "wait-max": max ?? min.repeat(LONGEST_WAIT_FACTOR), "wait-collect-first": "true" };
}

function countOf(values: Values, name: string, otherwise: number): number {
  const text = values.text(name);
  if (text !== undefined && !/^\d{1,9}$/.test(text)) throw new AppError("CONFIG_INVALID", `${values.label(name)}: "${text}" is not a whole number`, { hint: "Write one, 0 is without an end" });
  return text === undefined ? otherwise : Number(text);
}

function durationOf(text: string, label: string): number {
  try {
    return toDuration(text);
  } catch (thrown) {
    const { message, hint } = toAppError(thrown);
    throw new AppError("CONFIG_INVALID", `${label}: ${message}`, { hint });
  }
}

/** The name of a signal; the empty text is none. */
function signalOf(values: Values, name: string): string | undefined {
  const text = values.text(name);
  if (text !== undefined && signalNumber(text.toUpperCase()) === 0) throw new AppError("CONFIG_INVALID", `${values.label(name)}: "${text}" is not a signal`, { hint: "Write its name, as in SIGHUP" });
  return text;
}

function levelOf(values: Values): string {
  const word = values.text("log-level") ?? "warn";
  const level = LEVELS[word.toLowerCase()];
  if (level === undefined) throw new AppError("CONFIG_INVALID", `${values.label("log-level")}: "${word}" is not known`, { hint: didYouMean(word, Object.keys(LEVELS)) ?? `One of: ${Object.keys(LEVELS).join(", ")}` });
  return level;
}

/** A text is for the shell, which a plain command takes the place of; a list is not. */
function appOf(values: Values): readonly string[] | undefined {
  const words = values.list("exec");
  const [command = ""] = words.slice(-1);
  if (words.length === 0 || command === "" || (values.has("exec.enabled") && !values.yes("exec.enabled"))) return undefined;
  if (words.length > 1 && values.label("exec") !== "-exec") return words;
  return ["/bin/sh", "-c", /[;&|<>()$`\n]|^\s*\w+=/.test(command) ? command : `exec ${command}`];
}

function onChange(values: Values): string {
  const signal = signalOf(values, "exec-reload-signal");
  return signal === undefined ? "restart" : `signal:${signal}`;
}
