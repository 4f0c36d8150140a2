import { aborted } from "../../core/abort.ts";
import { join } from "node:path";
import { DockerClient } from "../../clients/docker/client.ts";
import { toDockerTarget } from "../../clients/docker/target.ts";
import { backoff } from "../../core/backoff.ts";
import { AppError, toAppError } from "../../core/error.ts";
import type { Instance } from "../../core/instance.ts";
import type { AddressFamily, Logger, Ports } from "../../core/ports.ts";
import type { Source } from "../../core/source.ts";
import { TaskGroup } from "../../core/task-group.ts";
import { toAddressSpec } from "../address/spec.ts";
import { dockerAddressSpecs } from "./docker/address-spec.ts";
import { Containers } from "./docker/containers.ts";
import { instancesOf, type PlacedInstance } from "./docker/instances.ts";
import { machineAddresses } from "./docker/machine-addresses.ts";
import { ContainerReader, type ReaderOptions } from "./docker/reader.ts";
import { session } from "./docker/session.ts";

export interface DockerSourceOptions extends ReaderOptions {
  /** As DOCKER_HOST has it: "unix:///var/run/docker.sock", "tcp://10.0.0.5:2376". */
  readonly host: string;
  /** The folder with ca.pem, cert.pem and key.pem (DOCKER_CERT_PATH); with it "tcp" speaks TLS, and the engine's certificate is verified always. */
  readonly certPath?: string | undefined;
  /** The name of this machine, as it stands in the ids. */
  readonly hostname: string;
  /** Only containers with a SERVICE_NAME. */
  readonly explicit: boolean;
  /** The containers' own addresses and ports instead of the published ones. */
  readonly internal: boolean;
  /** Advertised instead of any address of the machine. */
  readonly ip?: string | undefined;
  /** Where a container is said to be, the first that is found: "docker", "internal", "network:NAME", "cidr:10.0.0.0/8", "static:IP", "interface:eth0", "env:POD_IP", "route". */
  readonly addresses: readonly string[];
  /** One instance for each of these; one of any family when there are none. */
  readonly families: readonly AddressFamily[];
  /** What becomes of a paused container. */
  readonly paused: "drain" | "absent";
  /** How often every container is inspected anew, in milliseconds; 0 is never. */
  readonly interval: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the way is asked to, for "route". */
  readonly registry: { readonly host: string; readonly port: number } | undefined;
}

export type DockerSourcePorts = Pick<Ports, "clock" | "log" | "random" | "files" | "network">;

const RETRY_MIN_MS = 100;
/** An engine that is back is followed within this. */
const RETRY_MAX_MS = 1_000;
/** What happens together is told together. */
const TOGETHER_MS = 20;

/** All containers of the engine of this host that can be reached. Throws CONFIG_INVALID for an address or a rule of addresses that is none. */
export function dockerSource(options: DockerSourceOptions, ports: DockerSourcePorts): Source {
  toDockerTarget(options.host, undefined).agent.destroy();
  const specs = dockerAddressSpecs(options.addresses, options);
  if (options.ip !== undefined) toAddressSpec(`static:${options.ip}`);
  return { name: "docker", instances: (signal) => instances({ ...options, specs }, ports, signal) };
}

type Options = DockerSourceOptions & { readonly specs: ReturnType<typeof dockerAddressSpecs> };

async function* instances(options: Options, ports: DockerSourcePorts, signal: AbortSignal): AsyncGenerator<readonly Instance[]> {
  signal.throwIfAborted();
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const bell = newBell();
  either.addEventListener("abort", bell.ring, { once: true });
  await using tasks = new TaskGroup((error) => {
    if (!either.aborted) ports.log.error("Internal error", { error: toAppError(error).stack });
  });
  try {
    const machine = machineAddresses({ ...options, ip: options.ip, network: ports.network, clock: ports.clock, log: ports.log, onChange: bell.ring }, tasks, either);
    const followed = follow(options, ports, bell.ring, tasks, either);
    await Promise.race([Promise.all([machine.complete, followed.complete]), aborted(either)]);
    const context = { ...options, machine: machine.addresses, compat: options.registratorCompat };
    const tell = placeTeller(ports.log);
    for (let last: string | undefined; ; ) {
      signal.throwIfAborted();
      const placed = instancesOf(followed.containers.all, followed.containers.draining, context);
      tell(placed);
      const now = placed.map(({ rule: _, ...instance }): Instance => instance);
      const text = JSON.stringify(now);
      if (text !== last) yield now;
      last = text;
      await bell.rung();
      await ports.clock.sleep(TOGETHER_MS, signal);
    }
  } finally {
    over.abort(new Error("Nobody follows the containers any more"));
  }
}

/** Says where each instance was found, and by which rule, when it is new or elsewhere than before. */
function placeTeller(log: Logger): (instances: readonly PlacedInstance[]) => void {
  let told: ReadonlyMap<string, string> = new Map();
  return (instances) => {
    const now = new Map(instances.map(({ id, address, port, rule }) => [id, JSON.stringify([address, port, rule])]));
    for (const { id, address, port, rule } of instances) if (told.get(id) !== now.get(id)) log.info("Found an instance", { id, address, port, rule });
    told = now;
  };
}

/** Keeps the containers as the engine tells of them, whatever becomes of it; while it is away they stay as they were. */
function follow(options: Options, ports: DockerSourcePorts, onChange: () => void, tasks: TaskGroup, signal: AbortSignal): { readonly containers: Containers; readonly complete: Promise<void> } {
  const { clock, log, random } = ports;
  let client: DockerClient | undefined;
  let onComplete = () => {};
  const complete = new Promise<void>((resolve) => (onComplete = resolve));
  const reader = new ContainerReader(options, log);
  const containers = new Containers({ inspect: async (id, abort) => client && reader.read(id, client, abort), ports, onChange });
  const retry = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: random.fraction });
  tasks.start(async () => {
    signal.addEventListener("abort", () => containers.close(), { once: true });
    for (let told = ""; !signal.aborted; ) {
      try {
        client = await openClient(options, ports);
        const { api, server, podman } = await client.greet(signal);
        const begun = () => {
          if (told !== "followed") log.info("Following the Docker engine", { engine: options.host, api, server, podman: podman || undefined, containers: containers.all.size });
          told = "followed";
          retry.reset();
          onComplete();
        };
        await session({ client, containers, interval: options.interval, clock, onComplete: begun }, signal);
      } catch (thrown) {
        if (signal.aborted) break;
        const { message, hint } = toAppError(thrown);
        if (told !== message) log.warn("Cannot follow the Docker engine, its containers stay as they were", { error: message, hint });
        told = message;
      } finally {
        client?.close();
      }
      await clock.sleep(retry.next(), signal);
    }
  });
  return { containers, complete };
}

/** With the certificates as they are now, which are read again when a request failed. */
async function openClient({ host, certPath }: Options, { clock, files }: DockerSourcePorts): Promise<DockerClient> {
  if (certPath === undefined || host.startsWith("unix:")) return new DockerClient({ target: toDockerTarget(host, undefined), clock });
  const readAll = async () => {
    const [ca, cert, key] = await Promise.all(["ca.pem", "cert.pem", "key.pem"].map((name) => readCertificate(join(certPath, name), files)));
    return { ca, cert, key };
  };
  return new DockerClient({ target: toDockerTarget(host, await readAll(), readAll), clock });
}

async function readCertificate(path: string, files: DockerSourcePorts["files"]): Promise<Uint8Array> {
  const content = await files.read(path);
  if (content !== undefined) return content;
  throw new AppError("SOURCE_UNREACHABLE", `Cannot read "${path}": there is no such file`, { hint: "DOCKER_CERT_PATH must hold ca.pem, cert.pem and key.pem" });
}

/** Rings once however often it is pulled until somebody heard it. */
function newBell(): { ring(): void; rung(): Promise<void> } {
  let [pulled, wake] = [false, () => {}];
  return {
    ring() {
      pulled = true;
      wake();
    },
    async rung() {
      if (!pulled) await new Promise<void>((resolve) => (wake = resolve));
      pulled = false;
    },
  };
}
