/** Backends that have a table of options, in the order of the docs. */
export const BACKEND_NAMES = ["etcd", "consul", "redis", "zookeeper", "vault", "file", "env"] as const;

/** Gathers "backends.etcd.ca_file" and its like into the object that the backend is opened with: `{ etcd: { caFile } }`. */
export function backendOptions(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(BACKEND_NAMES.map((backend) => [backend, optionsOf(`backends.${backend}.`, values)]));
}

function optionsOf(start: string, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const given = Object.entries(values).filter(([name, value]) => name.startsWith(start) && value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [camelCase(name.slice(start.length)), value]));
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
