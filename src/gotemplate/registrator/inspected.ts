import { goTime } from "../time.ts";
import { GoInteger, GoStruct, withType, zeroOf } from "../values.ts";

// The structs of go-dockerclient 1.2.0, with which Registrator 7.4 reads what the engine says of a container: the fields in
// their order, "CPUShares=CpuShares" where JSON calls one otherwise.
const TYPES: Readonly<Record<string, string>> = {
  Container:
    "ID=Id string, Created time.Time, Path string, Args []string, Config *Config, State State, Image string, Node *SwarmNode, NetworkSettings *NetworkSettings, SysInitPath string, ResolvConfPath string, HostnamePath string, HostsPath string, LogPath string, Name string, Driver string, Mounts []Mount, Volumes map[string]string, VolumesRW map[string]bool, HostConfig *HostConfig, ExecIDs []string, GraphDriver *GraphDriver, RestartCount int, AppArmorProfile string",
  Config:
    "Hostname string, Domainname string, User string, Memory int64, MemorySwap int64, MemoryReservation int64, KernelMemory int64, CPUShares=CpuShares int64, CPUSet=Cpuset string, PortSpecs []string, ExposedPorts map[Port]struct {}, PublishService string, StopSignal string, StopTimeout int, Env []string, Cmd []string, Healthcheck *HealthConfig, DNS=Dns []string, Image string, Volumes map[string]struct {}, VolumeDriver string, WorkingDir string, MacAddress string, Entrypoint []string, SecurityOpts []string, OnBuild []string, Mounts []Mount, Labels map[string]string, AttachStdin bool, AttachStdout bool, AttachStderr bool, ArgsEscaped bool, Tty bool, OpenStdin bool, StdinOnce bool, NetworkDisabled bool, VolumesFrom string",
  HealthConfig: "Test []string, Interval time.Duration, Timeout time.Duration, StartPeriod time.Duration, Retries int",
  Mount: "Name string, Source string, Destination string, Driver string, Mode string, RW bool",
  State: "Status string, Running bool, Paused bool, Restarting bool, OOMKilled bool, RemovalInProgress bool, Dead bool, Pid int, ExitCode int, Error string, StartedAt time.Time, FinishedAt time.Time, Health Health",
  Health: "Status string, FailingStreak int, Log []HealthCheck",
  HealthCheck: "Start time.Time, End time.Time, ExitCode int, Output string",
  SwarmNode: "ID string, IP string, Addr string, Name string, CPUs int64, Memory int64, Labels map[string]string",
  NetworkSettings:
    "Networks map[string]ContainerNetwork, IPAddress string, IPPrefixLen int, MacAddress string, Gateway string, Bridge string, PortMapping map[string]PortMapping, Ports map[Port][]PortBinding, NetworkID string, EndpointID string, SandboxKey string, GlobalIPv6Address string, GlobalIPv6PrefixLen int, IPv6Gateway string, LinkLocalIPv6Address string, LinkLocalIPv6PrefixLen int, SecondaryIPAddresses []string, SecondaryIPv6Addresses []string",
  ContainerNetwork: "Aliases []string, MacAddress string, GlobalIPv6PrefixLen int, GlobalIPv6Address string, IPv6Gateway string, IPPrefixLen int, IPAddress string, Gateway string, EndpointID string, NetworkID string",
  PortBinding: "HostIP=HostIp string, HostPort string",
  HostConfig:
    "Binds []string, CapAdd []string, CapDrop []string, GroupAdd []string, ContainerIDFile string, LxcConf []KeyValuePair, PortBindings map[Port][]PortBinding, Links []string, DNS=Dns []string, DNSOptions=DnsOptions []string, DNSSearch=DnsSearch []string, ExtraHosts []string, VolumesFrom []string, UsernsMode string, NetworkMode string, IpcMode string, PidMode string, UTSMode string, RestartPolicy RestartPolicy, Devices []Device, DeviceCgroupRules []string, LogConfig LogConfig, SecurityOpt []string, Cgroup string, CgroupParent string, Memory int64, MemoryReservation int64, KernelMemory int64, MemorySwap int64, MemorySwappiness int64, CPUShares=CpuShares int64, CPUSet=Cpuset string, CPUSetCPUs=CpusetCpus string, CPUSetMEMs=CpusetMems string, CPUQuota=CpuQuota int64, CPUPeriod=CpuPeriod int64, CPURealtimePeriod=CpuRealtimePeriod int64, CPURealtimeRuntime=CpuRealtimeRuntime int64, BlkioWeight int64, BlkioWeightDevice []BlockWeight, BlkioDeviceReadBps []BlockLimit, BlkioDeviceReadIOps []BlockLimit, BlkioDeviceWriteBps []BlockLimit, BlkioDeviceWriteIOps []BlockLimit, Ulimits []ULimit, VolumeDriver string, OomScoreAdj int, PidsLimit int64, ShmSize int64, Tmpfs map[string]string, Privileged bool, PublishAllPorts bool, ReadonlyRootfs bool, OOMKillDisable=OomKillDisable bool, AutoRemove bool, StorageOpt map[string]string, Sysctls map[string]string, CPUCount=CpuCount int64, CPUPercent=CpuPercent int64, IOMaximumBandwidth int64, IOMaximumIOps int64, Mounts []HostMount, Init bool",
  KeyValuePair: "Key string, Value string",
  RestartPolicy: "Name string, MaximumRetryCount int",
  Device: "PathOnHost string, PathInContainer string, CgroupPermissions string",
  LogConfig: "Type string, Config map[string]string",
  BlockWeight: "Path string, Weight string",
  BlockLimit: "Path string, Rate int64",
  ULimit: "Name string, Soft int64, Hard int64",
  HostMount: "Target string, Source string, Type string, ReadOnly bool, BindOptions *BindOptions, VolumeOptions *VolumeOptions, TempfsOptions *TempfsOptions",
  BindOptions: "Propagation string",
  VolumeOptions: "NoCopy bool, Labels map[string]string, DriverConfig VolumeDriverConfig",
  VolumeDriverConfig: "Name string, Options map[string]string",
  TempfsOptions: "SizeBytes int64, Mode int",
  GraphDriver: "Name string, Data map[string]string",
};

/** The dot of a template: what the engine answered of a container, in Go's types. What it does not say is Go's zero value. */
export function toInspected(answer: unknown): GoStruct {
  return structOf("Container", isObject(answer) ? answer : {}, "*docker.Container");
}

function structOf(name: string, object: Readonly<Record<string, unknown>>, type = `docker.${name}`): GoStruct {
  return new GoStruct(type, Object.fromEntries(fieldsOf(name).map(({ field, member, type }) => [field, convert(object[member], type)])));
}

interface Field {
  readonly field: string;
  /** What JSON calls it. */
  readonly member: string;
  readonly type: string;
}

const known = new Map<string, readonly Field[]>();

function fieldsOf(name: string): readonly Field[] {
  const fields = known.get(name) ?? (TYPES[name] ?? "").split(", ").map(toField);
  known.set(name, fields);
  return fields;
}

function toField(text: string): Field {
  const [, field = "", member = field, type = ""] = /^(\w+)(?:=(\w+))? (.+)$/.exec(text) ?? [];
  return { field, member, type };
}

function convert(value: unknown, type: string): unknown {
  if (type.startsWith("*")) return isObject(value) ? structOf(type.slice(1), value) : null;
  if (Object.hasOwn(TYPES, type)) return structOf(type, isObject(value) ? value : {});
  if (type.startsWith("[]")) return withType(Array.isArray(value) ? value.map((item) => convert(item, type.slice(2))) : [], inGo(type));
  const [, of] = /^map\[\w+\](.+)$/.exec(type) ?? [];
  if (of !== undefined) return withType(new Map(Object.entries(isObject(value) ? value : {}).map(([key, item]) => [key, convert(item, of)])), inGo(type));
  if (type === "struct {}") return new GoStruct(type, {});
  if (type === "time.Time") return goTime(new Date(typeof value === "string" ? value : NEVER), { utc: true });
  if (/^(int|time\.D)/.test(type)) return integer(value, type);
  return typeof value === zeroKind(type) ? value : zeroOf(type);
}

/** Go's time.Time{}. */
const NEVER = "0001-01-01T00:00:00Z";

function integer(value: unknown, type: string): unknown {
  const whole = typeof value === "number" && Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  return type === "int" ? whole : new GoInteger(type, whole);
}

function zeroKind(type: string): string {
  return type === "bool" ? "boolean" : type;
}

/** A key of a map that is a port is a plain text here. */
function inGo(type: string): string {
  return type.replace("map[Port]", "map[string]").replace(/(?<=^|\])\*?([A-Z])/, "docker.$1");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
