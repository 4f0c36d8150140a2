import type { CommandDefinition } from "../command.ts";
import { DOCKER_FLAGS, REGISTRAR_FLAGS, SERVICE_FLAGS } from "../register-flags.ts";
import { CERT_COMMANDS } from "./cert/index.ts";
import { CONFD_COMMAND } from "./confd.ts";
import { CONSUL_TEMPLATE_COMMAND } from "./consul-template.ts";
import { SECRET_COMMANDS } from "./secret/index.ts";

/** What the commands of two words are about, by their first. */
export const FAMILIES: Readonly<Record<string, string>> = {
  secret: "Seal, open and rotate secrets; make keys",
  cert: "Make, share and renew certificates",
};

/** Every command, in the order of --help. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: "render",
    summary: "Apply all units once: render, check, swap, reload",
    usage: "[--wait DURATION] [--stale-ok DURATION] [--dry-run] [--no-reload]",
    description:
      "Reads the keys, renders all templates from one moment, checks them, swaps the targets in and runs the reloads that are due, then ends. For boot scripts and image builds.",
    examples: ["remora render --wait 60s", "remora render --dry-run", "remora render --backend file --file-path data.yaml --no-reload"],
    flags: [
      { flag: "wait", type: "string", value: "DURATION", doc: "Wait this long for keys that are missing, and name them" },
      { flag: "stale-ok", type: "string", value: "DURATION", doc: "Where a backend does not answer within --timeout, go on with what cache_dir holds when it is no older" },
      { flag: "dry-run", type: "boolean", doc: "Show what would change as a diff and write nothing; exit status 10 when something would" },
      { flag: "no-reload", type: "boolean", doc: "Run no reload: what is written counts as applied" },
    ],
    settings: true,
    run: async (invocation) => (await import("./render.ts")).render(invocation),
  },
  {
    name: "run",
    summary: "Stay, and apply every change; with an app as its child",
    usage: "[FLAGS] [-- CMD ARG...]",
    description:
      "Follows the keys that the templates read and applies each change: the sidecar. Outages, failing templates and failing commands are reported and retried, never the end. SIGHUP, or a changed file of the configuration, takes up a new configuration; SIGTERM and SIGINT end it. With CMD, the app is started once every unit is applied, hears of changes as on_change of each unit says, gets all other signals, and Remora ends with its exit status.",
    examples: ["remora run", "remora run --backend etcd --etcd-endpoints https://10.0.0.1:2379", "remora run --restart on-failure -- nginx -g 'daemon off;'"],
    flags: [],
    settings: true,
    positionals: true,
    run: async (invocation) => (await import("./run.ts")).run(invocation),
  },
  {
    name: "check",
    summary: "Look at the configuration without writing anything",
    usage: "[--online | --with-values FILE [--no-check-cmd] [UNIT...]]",
    description:
      "Reads the configuration, compiles every template and looks whether the targets can be written. With --online the backends are asked too, and missing keys are named. With --with-values the units are rendered from a file of sample values, without any store, and their check commands are run on what came of it: templates are so tested in CI.",
    examples: ["remora check", "remora check --online", "remora check --with-values samples.yaml --confdir ."],
    flags: [
      { flag: "online", type: "boolean", doc: "Reach the backends and render, to find keys that are missing" },
      { flag: "with-values", type: "string", value: "FILE", doc: "Render from this file, in the file backend's form; see docs/testing-templates.md" },
      { flag: "no-check-cmd", type: "boolean", doc: "With --with-values: run no check commands" },
    ],
    settings: true,
    positionals: true,
    run: async (invocation) => (await import("./check.ts")).check(invocation),
  },
  {
    name: "init",
    summary: "Copy a ready-made template into the configuration",
    usage: "[NAME]",
    description: "Copies the unit and the templates for a program, such as nginx or prometheus, into a configuration directory and tells what to do next. A file that is there already is kept, and told. Without a name it lists what there is.",
    examples: ["remora init", "remora init nginx", "remora init haproxy --confdir ./remora"],
    flags: [
      { flag: "confdir", type: "string", value: "DIR", doc: "Where to, instead of /etc/remora" },
      { flag: "readme", type: "boolean", doc: "Print all about it and copy nothing" },
    ],
    settings: false,
    positionals: true,
    run: async (invocation) => (await import("./init.ts")).init(invocation),
  },
  {
    name: "migrate",
    summary: "Turn a configuration of confd's or consul-template's into Remora's own form",
    usage: "[PATH] [--to DIR] [--values FILE | --online] [-- ARGS...]",
    description:
      "Reads confd's directory (confd.toml, conf.d and templates), or a file or directory of consul-template's configuration, and writes a new directory beside it: remora.toml, units, and nunjucks in place of Go templates where that gives the same bytes, which is shown by rendering both from the same values. What has no exact counterpart stays as it is, with the reason. What stands on the program's own command line follows \"--\". Nothing is written over; where something is left to decide, the exit status is 2.",
    examples: ["remora migrate /etc/confd -- etcd --node http://10.0.0.1:2379", "remora migrate /etc/confd --to ./remora --values samples.yaml", "remora migrate ct.hcl --online -- -consul-addr 10.0.0.1:8500"],
    flags: [
      { flag: "to", type: "string", value: "DIR", doc: "The new directory, instead of PATH-remora" },
      { flag: "values", type: "string", value: "FILE", doc: "Values to render from beside those that are made up; as check --with-values takes them" },
      { flag: "online", type: "boolean", doc: "Render from what the backend holds, too" },
    ],
    settings: false,
    positionals: true,
    run: async (invocation) => (await import("./migrate.ts")).migrate(invocation),
  },
  {
    name: "keys",
    summary: "List, get, put, delete or import keys",
    usage: "[list [PREFIX] | get KEY | put KEY [VALUE] | delete KEY... | import FILE]",
    description: "Shows what templates would see, below the configured prefix, and changes it. The value of put comes from standard input unless it is given. A key of another backend is written consul:/db/host.",
    examples: ["remora keys", "remora keys get /db/host", "remora keys put /db/host 10.0.0.7", "remora keys import data.yaml"],
    flags: [{ flag: "json", type: "boolean", doc: "Print JSON" }],
    settings: true,
    positionals: true,
    run: async (invocation) => (await import("./keys.ts")).keys(invocation),
  },
  {
    name: "explain",
    summary: "Show which keys each unit reads, and what is watched for it",
    usage: "[UNIT...] [--json]",
    description: "Reads the keys and renders every unit, writes nothing, and tells what was read and what was missing.",
    examples: ["remora explain", "remora explain nginx --json"],
    flags: [{ flag: "json", type: "boolean", doc: "Print JSON" }],
    settings: true,
    positionals: true,
    run: async (invocation) => (await import("./explain.ts")).explain(invocation),
  },
  {
    name: "status",
    summary: "Ask the Remora that runs how it stands",
    usage: "[--json | --ready]",
    description:
      "Shows each unit with its state, what it waits for or failed with, the backends, the registrations and the app, as the Remora that runs with the same settings tells them. With --ready the exit status is 0 when every unit is applied and 1 when not, and why not is printed: for health checks. Where none answers, the exit status is 3.",
    examples: ["remora status", "remora status --json", "remora status --ready   # HEALTHCHECK CMD"],
    flags: [
      { flag: "json", type: "boolean", doc: "Print the whole status as JSON" },
      { flag: "ready", type: "boolean", doc: "Say by the exit status whether everything is applied" },
    ],
    settings: true,
    run: async (invocation) => (await import("./status.ts")).status(invocation),
  },
  {
    name: "register",
    summary: "Publish where this container can be reached, until it is told to stop",
    usage: "[--name NAME --port PORT] [--check CHECK] [--once] | --docker",
    description:
      "Registers a service, or those of [[service]] in remora.toml, in etcd or Consul once its checks pass, keeps that alive and true to its checks and its address, and deregisters at SIGTERM and SIGINT. With --once it registers and leaves: nobody keeps it alive, so that with --ttl it ends by itself, and without it stays until remora deregister. With --docker all containers of the host are registered, by the metadata that Registrator reads (SERVICE_NAME and its like).",
    examples: [
      "remora register --name elasticsearch --port 9200 --check http://127.0.0.1:9200/_cluster/health",
      "remora register --name web --port 8080 --tag v2 --attr zone=eu --address cidr:10.0.0.0/8 --registry consul",
      "remora register --docker --registry consul",
      "remora register --once --name elasticsearch --port 9200   # ExecStartPost",
    ],
    flags: [
      ...SERVICE_FLAGS,
      ...REGISTRAR_FLAGS,
      ...DOCKER_FLAGS,
      { flag: "check", type: "string", value: "CHECK", multiple: true, doc: "All have to pass first: http://127.0.0.1:8080/health, tcp:9200, command:TEXT" },
      { flag: "once", type: "boolean", doc: "Register and leave" },
    ],
    settings: true,
    run: async (invocation) => (await import("./register.ts")).register(invocation),
  },
  {
    name: "deregister",
    summary: "Take back what remora register --once published",
    usage: "[--name NAME --port PORT]",
    description: "Deregisters a service, or those of [[service]] in remora.toml, that this machine registered with --once. What others registered is left alone. Nothing to deregister is fine.",
    examples: ["remora deregister --name elasticsearch --port 9200   # ExecStopPost"],
    flags: [...SERVICE_FLAGS, ...REGISTRAR_FLAGS],
    settings: true,
    run: async (invocation) => (await import("./register.ts")).deregister(invocation),
  },
  ...SECRET_COMMANDS,
  ...CERT_COMMANDS,
  CONFD_COMMAND,
  CONSUL_TEMPLATE_COMMAND,
  {
    name: "version",
    summary: "Print the version",
    usage: "",
    description: "Prints the version of Remora.",
    examples: ["remora version"],
    flags: [],
    settings: false,
    run: async ({ outside }) => {
      outside.stdout.write(`remora ${outside.version}\n`);
      return 0;
    },
  },
];
