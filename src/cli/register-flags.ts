import type { CommandFlag } from "./command.ts";

/** Flags that say what is registered; without --name, the [[service]] tables do. */
export const SERVICE_FLAGS: readonly CommandFlag[] = [
  { flag: "name", type: "string", value: "NAME", doc: "The service; without it, those of [[service]] in remora.toml" },
  { flag: "port", type: "string", value: "PORT", multiple: true, doc: "Where it listens; several are an instance each" },
  { flag: "id", type: "string", value: "ID", doc: "Unique in the whole registry; without, NAME-HOSTNAME-PORT" },
  { flag: "tag", type: "string", value: "TAG", multiple: true, doc: "A tag; may be given several times" },
  { flag: "attr", type: "string", value: "KEY=VALUE", multiple: true, doc: "An attribute; may be given several times" },
  { flag: "address", type: "string", value: "SPEC", multiple: true, doc: "How the address is chosen, the first that matches: static:10.0.0.5, interface:eth0, cidr:10.0.0.0/8, env:POD_IP, route" },
];

/** Flags that are short for settings of [registrar]. */
export const REGISTRAR_FLAGS: readonly CommandFlag[] = [
  { flag: "registry", type: "string", value: "NAME", multiple: true, doc: "Where: etcd, consul; --registrar-registries" },
  { flag: "layout", type: "string", value: "NAME", doc: "Under which keys: --registrar-layout" },
  { flag: "ttl", type: "string", value: "DURATION", doc: "How long it outlives its registrar: --registrar-ttl" },
  { flag: "drain", type: "string", value: "DURATION", doc: "How long to wait at the end, after it was deregistered, for clients to go elsewhere: --registrar-drain" },
];
