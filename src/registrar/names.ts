/** Registries that can be chosen, in the order of the docs. */
export const REGISTRY_NAMES = ["etcd", "consul", "consul-kv", "redis", "docker-flow-proxy", "zookeeper"] as const;

/** Those of them that are a backend too, and so where services are registered when nothing else is said; "redis" holds hipache's routes alone. */
export const REGISTRY_BACKENDS: readonly string[] = ["etcd", "consul", "zookeeper"];

/** Layouts of registries that hold keys, in the order of the docs. */
export const LAYOUT_NAMES = ["host", "registrator", "json", "skydns2", "hipache-etcd", "nerve", "own"] as const;
