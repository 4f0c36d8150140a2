/** Registries that can be chosen, in the order of the docs. */
export const REGISTRY_NAMES = ["etcd", "consul", "consul-kv", "redis", "docker-flow-proxy", "zookeeper"] as const;

/** Layouts of registries that hold keys, in the order of the docs. */
export const LAYOUT_NAMES = ["host", "registrator", "json", "skydns2", "hipache-etcd", "nerve", "own"] as const;
