import { ERRORS } from "../core/error.ts";
import { describe, type Description, type Table } from "../schema/table.ts";
import { BACKEND_NAMES } from "./backend-options.ts";
import { CERTIFICATE_KEYS } from "./certificates.ts";
import { SERVICE_KEYS } from "./services.ts";
import { envName, flagName, SETTINGS } from "./settings.ts";
import { TEMPLATE_KEYS, UNIT_KEYS } from "./unit-keys.ts";

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  return [
    GENERATED,
    INTRODUCTION,
    "## Settings of the program\n",
    SETTINGS_TEXT,
    settingsTable(describe(SETTINGS).filter(({ name }) => !/^(backends|secrets|registrar)\./.test(name))),
    ...BACKEND_NAMES.flatMap((backend) => [`### \`[backends.${backend}]\`\n`, settingsTable(describe(SETTINGS).filter(({ name }) => name.startsWith(`backends.${backend}.`)))]),
    "### `dns`\n",
    "What `lookupIP`, `lookupIPV4`, `lookupIPV6` and `lookupSRV` of templates read. It has no settings: the system's resolver is asked, `/etc/hosts` included, and again every 30 s.\n",
    "### `[secrets]`\n",
    settingsTable(describe(SETTINGS).filter(({ name }) => name.startsWith("secrets."))),
    VARIABLES_TEXT,
    CERTIFICATES_TEXT,
    keysTable(CERTIFICATE_KEYS),
    "### `[registrar]`\n",
    settingsTable(describe(SETTINGS).filter(({ name }) => name.startsWith("registrar."))),
    SERVICES_TEXT,
    keysTable(SERVICE_KEYS),
    UNITS_TEXT,
    "### Keys of a template\n",
    "In `[template]`, and in each `[[template]]`:\n",
    keysTable(TEMPLATE_KEYS),
    "### Keys of a unit\n",
    "In `[template]` when it is the whole unit, and in `[unit]` beside several `[[template]]`:\n",
    keysTable(UNIT_KEYS),
    COMMANDS_TEXT,
  ].join("\n");
}

/** The text of docs/errors.md. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, { exit, retry, summary }]) => [`\`${code}\``, String(exit), retry ? "yes" : "no", summary]);
  return [GENERATED, ERRORS_TEXT, table(["Code", "Exit status", "Tried again", "Meaning"], rows), EXIT_TEXT].join("\n");
}

function settingsTable(settings: readonly Description[]): string {
  const rows = settings.map((one) => [one.file ? code(one.name) : "(not in the file)", code(envName(one.name)), code(`--${flagName(one.name)}`), one.type, defaultOf(one), one.doc]);
  return table(["In remora.toml", "Variable", "Flag", "Type", "Default", "What it is"], rows);
}

function keysTable(keys: Table): string {
  return table(["Key", "Type", "Default", "What it is"], describe(keys).map((one) => [code(one.name), one.type, defaultOf(one), one.doc]));
}

function defaultOf(one: Description): string {
  if (one.required) return "required";
  return one.default ? code(one.default) : "";
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}

const GENERATED = "<!-- Printed from the tables in src/ by `npm run docs`; changes made here are lost. -->\n";

const INTRODUCTION = `# Configuration

Remora reads three things in one directory, \`/etc/remora\` unless \`--confdir\` says otherwise:

| Path | What it holds |
| --- | --- |
| \`remora.toml\` | settings of the program; may be missing |
| \`conf.d/**/*.toml\` | one file for each unit: what is rendered, checked and reloaded together |
| \`templates/\` | the templates themselves |

The smallest useful configuration is one unit and its template:

\`\`\`toml
# /etc/remora/conf.d/nginx.toml
[template]
src        = "nginx.conf.njk"          # /etc/remora/templates/nginx.conf.njk
dest       = "/etc/nginx/nginx.conf"
mode       = "0644"
check_cmd  = "nginx -t -c {{ src }}"   # nothing changes when this fails
reload_cmd = "nginx -s reload"
\`\`\`

\`remora check\` reads all of it and tells everything that is wrong, with file and line, before anything is written. A key that
is not known is an error.
`;

const SETTINGS_TEXT = `Each setting can be given in \`remora.toml\`, as an environment variable and as a flag. A flag beats a variable, a variable beats
the file, the file beats the default. An empty variable counts as not set. Relative paths begin at the directory of \`remora.toml\` where they stand in the file, and at the working directory in variables and flags.

\`\`\`toml
# /etc/remora/remora.toml
backend = "etcd"
prefix  = "/production"
wait    = { min = "100ms", max = "2s" }

[backends.etcd]
endpoints     = ["https://10.0.0.1:2379", "https://10.0.0.2:2379"]
ca_file       = "tls/ca.pem"
username      = "remora"
password_file = "/run/secrets/etcd"
\`\`\`

Durations are a number and a unit: \`100ms\`, \`2s\`, \`1m30s\`, \`24h\`. Lists are separated by commas in variables; their flags may
be given several times as well. Keep passwords and tokens in files: other users of the machine can read a program's flags.
`;

const VARIABLES_TEXT = `### \`[env.variables]\`

Variables of the app by their names, each a text that is a key (\`DB_HOST = "/db/host"\`), a template (\`"{{ getv('/db/host') }}:3306"\`) or plain ([The app's environment](environment.md)). They
stand in the file alone.
`;

const CERTIFICATES_TEXT = `### \`[[certificate]]\`

Each table is a certificate that \`remora run\` makes in the store and renews ([Certificates](certificates.md)); \`remora render\` makes none. In its texts \`{{ hostname }}\` is the variable \`HOSTNAME\`, in a container its own name.
`;

const SERVICES_TEXT = `### \`[[service]]\`

Each table is a service of this container. \`remora run\` registers it once all units are applied and its checks pass, and deregisters it before it ends ([The registrar](registrar.md)).
\`remora register\` registers all of them as well, without units.
`;

const UNITS_TEXT = `## Units

A file below \`conf.d/\` is a unit. The unit of \`conf.d/edge/haproxy.toml\` is called \`edge/haproxy\`. Hidden files are left alone; symlinks are followed.

A unit with one template is a \`[template]\`; files written for confd are valid as they are, but for \`debounce\` and the table \`[backend]\`, which work where Remora [is called confd](from-confd.md). Templates that belong together are applied
together or not at all:

\`\`\`toml
# /etc/remora/conf.d/edge.toml
[unit]
check_cmd         = "haproxy -c -f {{ stage }}/haproxy.cfg"
reload_cmd        = "systemctl reload haproxy"
on_reload_failure = "rollback"

[[template]]
src  = "haproxy.cfg.njk"
dest = "/etc/haproxy/haproxy.cfg"

[[template]]
src  = "tls.pem.njk"
dest = "/etc/haproxy/tls.pem"
mode = "0600"
\`\`\`
`;

const COMMANDS_TEXT = `### Commands

Text is run by \`/bin/sh -c\`; a list is run without a shell: \`["nginx", "-s", "reload"]\`. Both may name

| Placeholder | What it becomes |
| --- | --- |
| \`{{ src }}\` | in \`check_cmd\` the staged file, not yet swapped in; in \`reload_cmd\` the same as \`{{ dest }}\` |
| \`{{ dest }}\` | the target |
| \`{{ stage }}\` | in \`check_cmd\`, a directory that holds all staged files of the unit under their base names; those of \`for_each\` in a folder named as theirs ([more](many-files.md)) |

confd's \`{{.src}}\` and \`{{.dest}}\` mean the same. Placeholders are quoted for the shell, whether they stand in quotes or not. A service that wants a
signal needs no command:

\`\`\`toml
[template]
src           = "app.conf.njk"
dest          = "/etc/app/app.conf"
reload_signal = "HUP"
pid_file      = "/run/app.pid"
\`\`\`
`;

const ERRORS_TEXT = `# Errors

A message says what was being done, to what, and why it failed; where there is something to do about it, a hint follows:

\`\`\`
/etc/remora/conf.d/nginx.toml:6:1: Cannot read "/etc/remora/conf.d/nginx.toml": key "relaod_cmd" is not known
  6 | relaod_cmd = "nginx -s reload"
      ^
  hint: Did you mean "reload_cmd"?
\`\`\`

Each error has a code, which is in the log as well. The column "Tried again" tells whether \`remora run\` tries again by itself.
`;

const EXIT_TEXT = `## Exit status

| Status | Meaning |
| --- | --- |
| 0 | done |
| 1 | unexpected: a defect in Remora |
| 2 | wrong command line or configuration |
| 3 | a backend failed |
| 4 | a template failed |
| 5 | a check, a reload or the writing of a target failed |
| 6 | what was waited for did not come in time |
| 10 | \`--dry-run\`: something would change |
| 128 + n | ended by signal n |

A child that \`remora run\` supervises passes its own status through.
`;
