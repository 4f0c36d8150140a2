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
  { flag: "registry", type: "string", value: "NAME", multiple: true, doc: "Where: etcd, consul, consul-kv, redis, docker-flow-proxy, zookeeper; --registrar-registries" },
  { flag: "layout", type: "string", value: "NAME", doc: "Under which keys: --registrar-layout" },
  { flag: "ttl", type: "string", value: "DURATION", doc: "How long it outlives its registrar: --registrar-ttl" },
  { flag: "drain", type: "string", value: "DURATION", doc: "How long to wait at the end, after it was deregistered, for clients to go elsewhere: --registrar-drain" },
];

/** Flags of --docker; those that Registrator has are called as there. */
export const DOCKER_FLAGS: readonly CommandFlag[] = [
  { flag: "docker", type: "boolean", doc: "Register all containers of this host, by the Docker engine's events" },
  { flag: "host", type: "string", value: "URL", doc: "The engine: unix:///var/run/docker.sock unless DOCKER_HOST says otherwise" },
  { flag: "explicit", type: "boolean", doc: "Only containers that have a SERVICE_NAME" },
  { flag: "internal", type: "boolean", doc: "Containers' own addresses and ports instead of the published ones" },
  { flag: "ip", type: "string", value: "ADDRESS", doc: "Advertise this address of the host" },
  { flag: "tags", type: "string", value: "TAG,TAG", doc: "Tags of every instance, behind its own; a Go template of what the engine says of a container, {{.Config.Hostname}}, may make them" },
  { flag: "useIpFromLabel", type: "string", value: "LABEL", doc: "The address that this label of a container holds, where it has one" },
  { flag: "paused", type: "string", value: "drain|absent", doc: "What becomes of a paused container (default drain)" },
  { flag: "cleanup", type: "boolean", doc: "As Registrator has it; what is left of this registrar is always cleaned up" },
  { flag: "registrator-compat", type: "boolean", doc: "Registrator's own reading of tags, SERVICE_IGNORE and addresses" },
];
