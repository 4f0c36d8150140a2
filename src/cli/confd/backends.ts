import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { optionNamed, OPTIONS } from "./options.ts";

/** Values of options by their names, and how each was written. */
export interface Values {
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  yes(name: string): boolean;
  /** As whoever gave it calls it: "--node", "CONFD_PREFIX", "nodes". */
  label(name: string): string;
  /** The names of those that were given. */
  readonly names: readonly string[];
}

/** Flags of Remora's settings, and what their giver calls each. */
export interface Flags {
  readonly flags: Readonly<Record<string, string | readonly string[]>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** One option of confd's in Remora's words. */
interface Row {
  readonly from: string;
  /** Without, it was taken into account by another row. */
  readonly to?: string | ((values: Values) => string);
  readonly as?: (values: Values) => string | readonly string[];
}

interface ForeignBackend {
  /** What Remora calls it. */
  readonly name: string;
  readonly rows: readonly Row[];
  /** The option that it cannot do without. */
  readonly needs?: string;
  /** Flags that it is given where no option says otherwise. */
  readonly always?: Readonly<Record<string, string>>;
}

const tls = (backend: string): readonly Row[] => [
  { from: "client-ca-keys", to: `${backend}-ca-file` },
  { from: "client-cert", to: `${backend}-cert-file` },
  { from: "client-key", to: `${backend}-key-file` },
];
const login = (backend: string): readonly Row[] => [{ from: "username", to: `${backend}-username` }, { from: "password", to: `${backend}-password` }, { from: "basic-auth" }];

const ETCD: ForeignBackend = { name: "etcd", rows: [{ from: "node", to: "etcd-endpoints", as: (values) => values.list("node").map((node) => withScheme(node, values)) }, { from: "scheme" }, ...tls("etcd"), ...login("etcd")] };
const WAYS: Readonly<Record<string, string>> = { token: "token", "app-role": "approle", approle: "approle", kubernetes: "kubernetes" };

/** What confd calls its backends, and what its options for them are called here. */
const BACKENDS: Readonly<Record<string, ForeignBackend>> = {
  etcd: ETCD,
  etcdv3: ETCD,
  consul: { name: "consul", rows: [{ from: "node", to: "consul-address", as: (values) => withScheme(first(values), values) }, { from: "scheme" }, ...tls("consul"), ...login("consul"), { from: "auth-token", to: "consul-token" }] },
  redis: {
    name: "redis",
    rows: [
      { from: "node", to: "redis-address", as: first },
      { from: "client-ca-keys", to: "redis-ca-file" },
      { from: "client-cert", to: "redis-cert-file" },
      // Both lines of confd take the password of Redis from the key's file name.
      { from: "client-key", to: (values) => (isRedisPassword(values) ? "redis-password" : "redis-key-file") },
      ...login("redis"),
      { from: "separator", to: "redis-separator" },
    ],
  },
  zookeeper: { name: "zookeeper", rows: [{ from: "node", to: "zookeeper-servers", as: (values) => values.list("node") }] },
  vault: {
    name: "vault",
    rows: [
      { from: "node", to: "vault-address", as: (values) => withScheme(first(values), values) },
      { from: "scheme" },
      ...tls("vault"),
      { from: "auth-type", to: "vault-auth", as: wayIn },
      { from: "auth-token", to: "vault-token" },
      { from: "role-id", to: (values) => (values.text("auth-type") === "kubernetes" ? "vault-role" : "vault-role-id") },
      { from: "secret-id", to: "vault-secret-id" },
      { from: "path", to: "vault-auth-path" },
    ],
  },
  file: {
    name: "file",
    needs: "file",
    always: { "file-filter": "*" },
    rows: [{ from: "file", to: "file-path", as: (values) => values.list("file")[0] ?? "" }, { from: "file", to: "file-also", as: (values) => values.list("file").slice(1) }, { from: "filter", to: "file-filter" }],
  },
  env: { name: "env", rows: [] },
};

const NOT_READ = ["acm", "dynamodb", "imds", "rancher", "secretsmanager", "ssm", "stackengine"];

/** All that confd takes as a backend's name. */
export const BACKEND_WORDS: readonly string[] = [...Object.keys(BACKENDS), ...NOT_READ];

/** What Remora calls a backend of confd's. Throws CONFIG_INVALID for one that it does not read. */
export function backendNamed(word: string, label = "backend"): string {
  return foreign(word, label).name;
}

/** Whether a backend is reached at addresses. Throws CONFIG_INVALID for one that Remora does not read. */
export function hasNodes(word: string, label: string): boolean {
  return foreign(word, label).rows.some(({ from }) => from === "node");
}

/** The option that gives a setting of one of Remora's backends: "node" for "address". */
export function optionFor(backend: string, setting: string): string | undefined {
  const flags = [setting, setting.replace(/_file$/, "")].map((name) => `${backend}-${name.replaceAll("_", "-")}`);
  const rows = Object.values(BACKENDS).flatMap(({ name, rows: own }) => (name === backend ? own : []));
  return rows.find(({ to }) => typeof to === "string" && flags.includes(to))?.from;
}

/** The settings of a backend, from confd's options. Throws USAGE where it misses the one that it needs. */
export function backendFlags(word: string, values: Values): Flags {
  const { name, rows, needs, always = {} } = foreign(word, values.label("backend"));
  if (needs !== undefined && !values.names.includes(needs)) throw new AppError("USAGE", `The backend "${word}" is told no ${needs}`, { hint: `Name it by ${values.label(needs)}` });
  const given = rows.filter(({ from, to }) => to !== undefined && values.names.includes(from));
  const named = given.map((row) => ({ ...row, to: typeof row.to === "function" ? row.to(values) : (row.to ?? "") }));
  return {
    flags: { ...always, ...Object.fromEntries(named.map(({ from, to, as }) => [to, as === undefined ? (values.text(from) ?? "") : as(values)] as const).filter(([, value]) => value.length > 0)) },
    labels: Object.fromEntries(named.map(({ from, to }) => [to, values.label(from)])),
    warnings: warningsOf(name, rows, values),
  };
}

function foreign(word: string, label: string): ForeignBackend {
  const found = Object.hasOwn(BACKENDS, word) ? BACKENDS[word] : undefined;
  if (found !== undefined) return found;
  const hint = NOT_READ.includes(word) ? `Remora reads ${Object.keys(BACKENDS).join(", ")}` : (didYouMean(word, BACKEND_WORDS) ?? `Known: ${Object.keys(BACKENDS).join(", ")}`);
  throw new AppError("CONFIG_INVALID", `${label}: ${NOT_READ.includes(word) ? `the backend "${word}" is not one that Remora reads` : `there is no backend "${word}"`}`, { hint });
}

function warningsOf(name: string, rows: readonly Row[], values: Values): readonly string[] {
  const about = OPTIONS.filter((option) => option.backend === true && option.unused === undefined && values.names.includes(option.name));
  const odd = about.filter((option) => !rows.some(({ from }) => from === option.name)).map((option) => `${values.label(option.name)}: this has no effect on ${name}`);
  const lookedUp = rows.some(({ from }) => from === "node") ? [] : ["srv-domain", "srv-record"].filter((option) => values.names.includes(option));
  const nodes = rows.some(({ from, as }) => from === "node" && as !== undefined) && !["etcd", "zookeeper"].includes(name) ? values.list("node").slice(1) : [];
  return [
    ...odd,
    ...lookedUp.map((option) => `${values.label(option)}: this has no effect on ${name}`),
    ...nodes.map((node) => `${values.label("node")}: "${node}" is not used, ${name} is read from the first one`),
    ...(name === "redis" && isRedisPassword(values) ? [`${values.label("client-key")}: taken for the password, as confd does for Redis; write it as ${optionNamed("password")?.name}`] : []),
  ];
}

function first(values: Values): string {
  return values.list("node")[0] ?? "";
}

/** confd takes "HOST:PORT" too; certificates mean https. */
function withScheme(node: string, values: Values): string {
  if (/^[a-z]+:\/\//.test(node)) return node;
  const secure = ["client-ca-keys", "client-cert"].some((name) => values.names.includes(name));
  return `${values.text("scheme") ?? (secure ? "https" : "http")}://${node}`;
}

function isRedisPassword(values: Values): boolean {
  return values.names.includes("client-key") && !values.names.includes("client-cert") && !values.names.includes("password");
}

function wayIn(values: Values): string {
  const way = values.text("auth-type") ?? "";
  const found = Object.hasOwn(WAYS, way) ? WAYS[way] : undefined;
  if (found === undefined) throw new AppError("CONFIG_INVALID", `${values.label("auth-type")}: Remora cannot log in to Vault by "${way}"`, { hint: didYouMean(way, Object.keys(WAYS)) ?? "One of: token, app-role, kubernetes" });
  return found;
}
