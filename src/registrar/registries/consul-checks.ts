import { type Health, hostPort } from "../../core/instance.ts";
import { type ConsulService, ttlCheckId } from "./consul-service.ts";

/** A check as the package "consul" takes it. */
export interface CheckDefinition {
  readonly name: string;
  readonly checkid: string;
  readonly ttl?: string;
  readonly http?: string;
  readonly method?: string;
  readonly tlsskipverify?: boolean;
  readonly tcp?: string;
  readonly grpc?: string;
  readonly grpcusetls?: boolean;
  readonly interval?: string;
  readonly timeout: string;
  readonly status: Health;
  readonly deregistercriticalserviceafter: string;
}

const INTERVAL = "10s";
const TIMEOUT = "5s";
/** One that its app calls critical is not dead: Consul keeps it so long, should its registrar die meanwhile. */
const CRITICAL_MS = 24 * 3_600_000;

/** The check of our heartbeats, and the one that the attributes ask Consul to make itself. */
export function checksOf(id: string, service: ConsulService, deregisterAfter: number): CheckDefinition[] {
  const { ttl, health = "critical" } = service;
  const after = milliseconds(health === "critical" ? Math.max(deregisterAfter, CRITICAL_MS) : deregisterAfter);
  const heartbeat: CheckDefinition = { name: "Remora", checkid: ttlCheckId(id), ttl: milliseconds(ttl), timeout: TIMEOUT, status: health, deregistercriticalserviceafter: after };
  const probe = probeOf(service);
  if (probe === undefined) return [heartbeat];
  const { check_interval: interval = INTERVAL, check_timeout: timeout = TIMEOUT, check_deregister_after: own = milliseconds(CRITICAL_MS) } = service.meta;
  return [heartbeat, { ...probe, checkid: probeId(id), interval, timeout, status: initialStatus(service), deregistercriticalserviceafter: own }];
}

/** The check that Consul makes itself. */
export function probeId(id: string): string {
  return `service:${id}:probe`;
}

type Probe = Pick<CheckDefinition, "name" | "http" | "method" | "tlsskipverify" | "tcp" | "grpc" | "grpcusetls">;

/** Registrator's attributes: "check_http" and "check_https" are a path at the instance, or a URL; "check_tcp" and "check_grpc" are "true", or HOST:PORT. */
function probeOf({ meta, address, port }: ConsulService): Probe | undefined {
  const { check_http: http, check_https: https, check_tcp: tcp, check_grpc: grpc } = meta;
  const at = (said: string) => (/:\d+$/.test(said) ? said : hostPort({ address, port }));
  const skipsVerifying = { tlsskipverify: meta["check_tls_skip_verify"] === "true" };
  if (isSaid(http)) return { name: "HTTP", http: urlAt("http", http), ...methodOf(meta["check_http_method"]) };
  if (isSaid(https)) return { name: "HTTPS", http: urlAt("https", https), ...skipsVerifying, ...methodOf(meta["check_https_method"]) };
  if (isSaid(tcp)) return { name: "TCP", tcp: at(tcp) };
  if (isSaid(grpc)) return { name: "gRPC", grpc: at(grpc), ...(isSaid(meta["check_grpc_use_tls"]) && { grpcusetls: true, ...skipsVerifying }) };
  return undefined;

  function urlAt(scheme: string, said: string): string {
    if (/^https?:\/\//.test(said)) return said;
    return `${scheme}://${hostPort({ address, port })}${said.startsWith("/") ? "" : "/"}${said}`;
  }
}

/** As in Consul, nothing passes before it was asked, unless that is said. */
function initialStatus({ meta: { check_initial_status: said } }: ConsulService): Health {
  return said === "passing" || said === "warning" ? said : "critical";
}

function isSaid(value: string | undefined): value is string {
  return value !== undefined && value !== "" && value !== "false";
}

function methodOf(method: string | undefined): { method?: string } {
  return isSaid(method) ? { method } : {};
}

function milliseconds(duration: number): string {
  return `${duration}ms`;
}
