import { setting } from "../schema/setting.ts";
import { command } from "../schema/command.ts";
import { LANGUAGES } from "../core/template.ts";
import { reloadLock } from "../schema/reload-lock.ts";
import { OUTPUT_FORMATS } from "../core/unit.ts";
import { serviceName } from "../schema/key-name.ts";
import { absolutePath, account, duration, durationBetween, id, key, listOf, mode, name, onChange, oneOf, signal, texts, yesOrNo } from "../schema/values.ts";
import { BACKEND_NAMES } from "./backend-options.ts";

/** Keys of one template: in [template] and in [[template]]. */
export const TEMPLATE_KEYS = {
  src: setting(name, { doc: "Template file, relative to the templates directory", required: true }),
  engine: setting(oneOf(LANGUAGES, "choice"), { doc: "Language of the template; else go, with confd's functions, for .tmpl, consul-template for .ctmpl, nunjucks for other files" }),
  left_delimiter: setting(name, { doc: 'What actions of a Go template begin with, "{{" unless given' }),
  right_delimiter: setting(name, { doc: 'What actions of a Go template end with, "}}" unless given' }),
  error_on_missing_key: setting(yesOrNo, { doc: "Whether a Go template fails where a map does not have a member; else it is nothing", default: false }),
  dest: setting(absolutePath, { doc: "File to write, absolute", required: true }),
  for_each: setting(name, { doc: 'Makes a file of each of these: a glob of keys, "/vhosts/*", or an expression that gives a list, \'services()\'; dest and the template then know {{ item.name }}' }),
  keys: setting(texts, { doc: "Keys and prefixes to follow from the start; what else the template reads is found out as it renders", default: [] }),
  mode: setting(mode, { doc: "Permission bits, octal, in quotes; else those of the present file, or 0644" }),
  owner: setting(account, { doc: "User who owns the file; else its present owner" }),
  group: setting(account, { doc: "Group of the file; else its present group" }),
  uid: setting(id, { doc: "Owner as a number, as in confd; -1 is not set" }),
  gid: setting(id, { doc: "Group as a number, as in confd; -1 is not set" }),
  output_format: setting(oneOf(OUTPUT_FORMATS, "format"), { doc: "What the file has to be: what is not json, yaml, toml or xml is refused before anything changes" }),
  backup: setting(yesOrNo, { doc: "Keep what the file held before beside it, as DEST.bak, with its mode", default: false }),
  check_cmd: setting(command, { doc: "Command that checks the staged file, {{ src }}, before anything changes" }),
} as const;

/** Keys of what is applied together: in [template], or in [unit] beside several [[template]]. */
export const UNIT_KEYS = {
  backend: setting(oneOf(BACKEND_NAMES, "backend"), { doc: "Backend that its keys are read from unless they name another; else the program's" }),
  prefix: setting(key, { doc: "Stands before each key that the templates read, below the program's own prefix", default: "/" }),
  requires: setting(listOf(serviceName(BACKEND_NAMES)), { doc: 'Services that need a live instance before the unit is applied: "mysql" where the registrar registers, "consul:mysql" in Consul\'s catalog, "etcd:/services/mysql" below a prefix' }),
  check_cmd: setting(command, { doc: "Command that checks all staged files, in the directory {{ stage }}, before anything changes" }),
  check_cmd_timeout: setting(durationBetween("1ms"), { doc: "How long each check may take", default: "30s" }),
  reload_cmd: setting(command, { doc: "Command that makes the service take up what was written" }),
  reload_cmd_timeout: setting(durationBetween("1ms"), { doc: "How long the reload may take", default: "60s" }),
  reload_signal: setting(signal, { doc: 'Signal to send instead of a command: "HUP"; needs pid_file' }),
  pid_file: setting(absolutePath, { doc: "File that holds the number of the process to signal" }),
  on_change: setting(onChange, { doc: 'What a change means to the app of remora run: "reload" by reload_cmd or reload_signal, which is the default where there is one, "signal:HUP", "restart", or "none"; with a reload_cmd beside it, the command runs, and then the app is told' }),
  reload_before_start: setting(yesOrNo, { doc: "Run reload_cmd for what is written before the app of remora run is started too; the app is started once it succeeded", default: false }),
  on_reload_failure: setting(oneOf(["keep", "rollback"], "choice"), { doc: "Keep the new files, or bring the former ones back and reload them", default: "keep" }),
  on_empty: setting(oneOf(["keep", "render"], "choice"), { doc: "When a prefix or service that had something has nothing any more: keep the files and say so, or render them without", default: "keep" }),
  splay: setting(duration, { doc: "Random delay up to this before a reload, so that a fleet does not reload at once", default: "0" }),
  lock: setting(reloadLock(BACKEND_NAMES), { doc: 'Of all that name the same key in etcd or Consul so many reload at a time: { key = "/locks/nginx", limit = 2, hold = "5m" }; one that fails keeps it for hold, and the others wait' }),
  min_reload_interval: setting(duration, { doc: "Reloads closer together than this are put off, never dropped", default: "0" }),
} as const;

/** Keys of confd's form, one [template] that is the whole unit. */
export const CONFD_KEYS = { ...UNIT_KEYS, ...TEMPLATE_KEYS } as const;
